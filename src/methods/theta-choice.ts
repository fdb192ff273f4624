/** Where a reference's θ comes from, and what must fit before it is taken. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Infos } from '../catalog/info.js';
import type { InitialisationName } from '../catalog/presets.js';
import { sides } from '../catalog/shape.js';

/** Sources of θ by name. */
export const THETA_FROM = {
  auto: 'As wired, else seeded random',
  random: 'Seeded random',
  typed: 'Typed values',
  parameters: 'Loaded Parameters',
  outputs: 'Loaded Outputs',
} as const;

/** A source with its parameters; each source reads its own. */
export interface ThetaChoice {
  readonly from: Exclude<keyof typeof THETA_FROM, 'auto'>;
  readonly initialisation: InitialisationName;
  readonly deviation: number;
  readonly seed: number;
  readonly values: readonly number[];
  readonly row: number;
}

/** The source that a choice stands for: what is wired where it follows the wires. */
export function thetaFrom(from: keyof typeof THETA_FROM, wired: ReadonlySet<string>): ThetaChoice['from'] {
  if (from !== 'auto') return from;
  return wired.has('parameters') ? 'parameters' : wired.has('outputs') ? 'outputs' : 'random';
}

/** What is known of the values that a reference is made of. */
export interface ThetaInfos {
  readonly architecture: Infos['Architecture'];
  readonly inputs: Infos['Inputs'];
  readonly parameters: Infos['Parameters'] | undefined;
  readonly outputs: Infos['Outputs'] | undefined;
}

/** Throws where the inputs, or what θ is taken from, do not fit the architecture. */
export function requireTheta({ from, values, row }: ThetaChoice, infos: ThetaInfos): void {
  const { architecture } = infos.architecture;
  const { inputs, parameters, outputs } = infos;
  const layout = layoutOf(architecture);
  requireUsed('parameters', parameters, from);
  requireUsed('outputs', outputs, from);
  requireItem(architecture, inputs.item);
  if (from === 'typed' && values.length !== layout.size)
    throw new FiberscopeError(
      'parameter',
      `parameter 'values': expected P = ${layout.size} numbers, got ${values.length}; type θ in PyTorch's order`,
    );
  if (from === 'parameters') {
    if (parameters === undefined) throw unwired('parameters', from);
    if (parameters.size !== layout.size)
      throw new FiberscopeError(
        'shape',
        `input 'parameters': expected vectors of P = ${layout.size} numbers, got ${parameters.size}`,
      );
    if (row >= parameters.count)
      throw new FiberscopeError(
        'parameter',
        `parameter 'row': expected a row below ${parameters.count}, got ${row}; rows count from 0`,
      );
  }
  if (from === 'outputs') {
    if (outputs === undefined) throw unwired('outputs', from);
    if (outputs.count !== inputs.count || outputs.width !== layout.outputs)
      throw new FiberscopeError(
        'shape',
        `input 'outputs': expected [${inputs.count}, ${layout.outputs}] (inputs, outputs of the architecture), got [${outputs.count}, ${outputs.width}]`,
      );
  }
}

const PORTS = { parameters: 'Parameters', outputs: 'Outputs' } as const;

/** Nothing that is wired is left aside in silence. */
function requireUsed(port: keyof typeof PORTS, wired: unknown, from: ThetaChoice['from']): void {
  if (wired === undefined || from === port) return;
  throw new FiberscopeError(
    'parameter',
    `parameter 'from': ${PORTS[port]} are wired, but θ is from ${THETA_FROM[from]}; choose ${THETA_FROM[port]}, or remove the wire`,
  );
}

function unwired(port: string, from: ThetaChoice['from']): FiberscopeError {
  return new FiberscopeError(
    'wire',
    `input '${port}': expected a wire because θ is from ${THETA_FROM[from]}, got none; wire it from Load arrays`,
  );
}

function requireItem(architecture: Architecture, item: readonly number[]): void {
  if (item.join() === architecture.input.join()) return;
  throw new FiberscopeError(
    'shape',
    `input 'inputs': expected inputs of shape ${sides(architecture.input)} for this architecture, got ${sides(item)}; change the shape of the inputs or the architecture`,
  );
}
