/** The parameters that choose an activation, wherever a node has one. */
import { choice, type FieldMeta, integer, number } from './params.js';
import { ACTIVATIONS } from './presets.js';

/** Its name, the slope of a LeakyReLU and the degree of a power; `when`: where the node has an activation. */
export const activationParams = (when?: FieldMeta['when']) => ({
  activation: choice({
    label: 'Activation',
    choices: ACTIVATIONS,
    default: 'relu',
    ...(when === undefined ? {} : { when }),
  }),
  slope: number({
    label: 'Slope for negative values',
    default: 0.01,
    help: 'LeakyReLU only',
    when: { param: 'activation', is: ['leaky-relu'] },
  }),
  degree: integer({
    label: 'Degree d',
    default: 2,
    min: 1,
    max: 12,
    help: 'of the power z^d',
    when: { param: 'activation', is: ['power'] },
  }),
});
