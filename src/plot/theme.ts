/** The colours of light and dark as plain data, for everything that CSS variables do not reach: canvas, WebGL, SVG files. */
import type { PortType } from '../catalog/values.js';

/** Name of a theme. */
export type ThemeName = 'light' | 'dark';

/** Colours of one theme. The names are those of the CSS variables (`--bg`, `--panel`, …). */
export interface Theme {
  readonly name: ThemeName;
  readonly bg: string;
  readonly panel: string;
  readonly line: string;
  readonly ink: string;
  readonly dim: string;
  readonly faint: string;
  readonly grid: string;
  readonly accent: string;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  /** One hue per kind of value on a wire: Okabe–Ito-like, readable for colour-blind users. */
  readonly types: Readonly<Record<PortType, string>>;
  /** Hues for lines that have no other meaning. */
  readonly series: readonly string[];
  readonly font: string;
}

const FONT = 'Inter, system-ui, DejaVu Sans, Liberation Sans, sans-serif';

/** The light theme. */
export const light: Theme = {
  name: 'light',
  bg: '#f6f7f9',
  panel: '#ffffff',
  line: '#dfe3e8',
  ink: '#1b2430',
  dim: '#5d6b7c',
  faint: '#94a1b2',
  grid: '#d5dae1',
  accent: '#2f6df6',
  ok: '#2e8b57',
  warn: '#b7660b',
  bad: '#c0362c',
  types: types({
    arch: '#8a63d2',
    inputs: '#d2792c',
    outputs: '#a8501f',
    model: '#0f8b8d',
    params: '#2f6df6',
    sub: '#3b9b4a',
    field: '#c8458f',
    set: '#ad7b00',
    act: '#8c1d40',
    emb: '#6c757d',
  }),
  series: ['#2f6df6', '#d2792c', '#0f8b8d', '#c8458f', '#8a63d2', '#3b9b4a', '#8b5a2b', '#6c757d'],
  font: FONT,
};

/** The dark theme. */
export const dark: Theme = {
  name: 'dark',
  bg: '#11161d',
  panel: '#1a212b',
  line: '#2b3543',
  ink: '#e6ebf2',
  dim: '#9dabbd',
  faint: '#6b7a8e',
  grid: '#232c38',
  accent: '#6b9bff',
  ok: '#57c08a',
  warn: '#f0a34a',
  bad: '#ff7a70',
  types: types({
    arch: '#b194ee',
    inputs: '#f0a262',
    outputs: '#d98a6a',
    model: '#45c1c3',
    params: '#6b9bff',
    sub: '#74cd82',
    field: '#ee7fbd',
    set: '#f3c544',
    act: '#e05a7a',
    emb: '#a3adb8',
  }),
  series: ['#6b9bff', '#f0a262', '#45c1c3', '#ee7fbd', '#b194ee', '#74cd82', '#c99a6b', '#a3adb8'],
  font: FONT,
};

/** The theme of a name. */
export function themeOf(name: ThemeName): Theme {
  return name === 'dark' ? dark : light;
}

/** Colours of θ₀…θ_m in the paper's order (red, purple, yellow, brown), then hues that stay apart from them. */
const MARKS = ['#c0362c', '#8a63d2', '#e0a100', '#8b5a2b', '#0f8b8d', '#d2792c', '#c8458f', '#5d6b7c'];
const THETA = '#2f6df6';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** Colour of a mark by its name: θ is blue, θ_i has the paper's i-th colour; any other name takes its place in the list. */
export function markColour(name: string, place: number): string {
  const trimmed = name.trim();
  if (trimmed === 'θ') return THETA;
  const digits = [...trimmed.replace(/^θ_?/, '')].map((c) =>
    SUBSCRIPTS.includes(c) ? SUBSCRIPTS.indexOf(c) : Number(c),
  );
  const named = trimmed.startsWith('θ') && digits.length > 0 && digits.every((d) => Number.isInteger(d));
  const index = named ? Number(digits.join('')) : place;
  return MARKS[index % MARKS.length]!;
}

function types(
  c: Record<'arch' | 'inputs' | 'outputs' | 'model' | 'params' | 'sub' | 'field' | 'set' | 'act' | 'emb', string>,
) {
  return {
    Architecture: c.arch,
    Inputs: c.inputs,
    Outputs: c.outputs,
    Reference: c.model,
    Model: c.model,
    Activations: c.act,
    Parameters: c.params,
    Subspace: c.sub,
    Field: c.field,
    EpsilonSet: c.set,
    Embedding: c.emb,
    Table: c.emb,
    Matrix: c.emb,
    Curve: c.emb,
    Figure: c.emb,
  };
}
