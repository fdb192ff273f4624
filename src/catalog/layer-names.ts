/** Layers by names that people read and type: `ReLU 3 (layer 8)`, chosen by `2, 5`, `relu`, `3.block.*` or `*`. */
import { type Architecture, type Layer, layoutOf, type Place } from './architecture.js';
import { FiberscopeError } from './errors.js';
import { ACTIVATIONS } from './presets.js';
import { listed } from './text.js';

/** A layer with its names. */
export interface NamedPlace extends Place {
  readonly short: string; // 'ReLU 3', inside a residual block 'ReLU 3*'
  readonly label: string; // 'ReLU 3 (layer 8)'
}

/** What a layer is, in one or two words: `ReLU`, `batch norm`, `max-pool`. */
function kindOf(layer: Layer): string {
  switch (layer.kind) {
    case 'activation':
      return layer.activation.name === 'power' ? `x^${layer.activation.degree}` : ACTIVATIONS[layer.activation.name];
    case 'pool':
      return `${layer.pool}-pool`;
    case 'batch-norm':
      return 'batch norm';
    default:
      return layer.kind;
  }
}

/** What a whole kind of layers may be called besides: LeakyReLU is an activation, and chosen by that word too. */
const wider = ({ kind }: Layer): string => (kind === 'batch-norm' ? 'norm' : kind);

/** All layers in the order of PyTorch's modules, each counted among those of its kind; those inside residual blocks have a star. */
export function namedPlaces(architecture: Architecture): readonly NamedPlace[] {
  const counts = new Map<string, number>();
  return layoutOf(architecture).places.map((place) => {
    const kind = kindOf(place.layer);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const short = `${kind} ${count}${place.inside ? '*' : ''}`;
    return { ...place, short, label: `${short} (layer ${place.path})` };
  });
}

/**
 * The layers that a text names, in the network's order: paths (`8`, `3.block.2`), words for a kind (`relu`, `conv`, `activation`), one
 * of a kind (`relu 3`), patterns of paths (`3.block.*`), and `*` for all; separated by commas, upper or lower case. Throws `parameter` for
 * a name that no layer has, with the layers that there are.
 */
export const chooseLayers = (architecture: Architecture, text: string, parameter = 'layers'): readonly NamedPlace[] =>
  named(architecture, text, parameter, 'names of layers', 'a kind such as relu or conv, or * for all');

/** The one layer that a text names, as `chooseLayers` reads it. Throws `parameter` where it names none or several. */
export function chooseLayer(architecture: Architecture, text: string, parameter = 'layer'): NamedPlace {
  const how = 'or a kind and which of them it is, such as relu 2';
  const [place, ...others] = named(architecture, text, parameter, 'the name of one layer', how);
  if (others.length > 0)
    throw new FiberscopeError(
      'parameter',
      `parameter '${parameter}': expected the name of one layer, got '${text.trim()}', which are ${listed([place!, ...others].map(({ label }) => label))}; write the number after 'layer', ${how}`,
    );
  return place!;
}

/** What a text names, at least one layer; `expected` and `how` to write it are for the error. */
function named(
  architecture: Architecture,
  text: string,
  parameter: string,
  expected: string,
  how: string,
): readonly NamedPlace[] {
  const places = namedPlaces(architecture);
  const terms = text
    .split(',')
    .map((term) => term.trim().toLowerCase())
    .filter((term) => term !== '');
  const refuse = (got: string): never => {
    throw new FiberscopeError(
      'parameter',
      `parameter '${parameter}': expected ${expected}, got ${got}; this architecture has ${listed(
        places.map(({ label }) => label),
        60,
      )}; write the number after 'layer', ${how}`,
    );
  };
  if (terms.length === 0) refuse('none');
  const chosen = new Set<NamedPlace>();
  for (const term of terms) {
    const found = places.filter((place) => answersTo(place, term));
    if (found.length === 0) refuse(`'${term}'`);
    for (const place of found) chosen.add(place);
  }
  return places.filter((place) => chosen.has(place));
}

function answersTo({ path, layer, short, label }: NamedPlace, term: string): boolean {
  if (term.endsWith('*') && !term.includes(' ')) return path.startsWith(term.slice(0, -1));
  const plain = short.replace('*', '').toLowerCase();
  const names = [path, kindOf(layer).toLowerCase(), wider(layer), plain, short.toLowerCase(), label.toLowerCase()];
  return names.includes(term) || names.includes(term.replace(/^layer /, ''));
}
