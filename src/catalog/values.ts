/**
 * What the wires carry. Every value is an immutable host value: plain objects and typed arrays, so that it can be
 * cached, hashed, written to disk and moved between threads. Device tensors never appear here.
 */
import type { Architecture } from './architecture.js';

/** What is where on images: `masks` [N, concepts, height, width] are 1 on the pixels of a concept, else 0. */
export interface Concepts {
  readonly names: readonly string[];
  readonly masks: Uint8Array;
}

/** Points on which functions are compared. `x` is [N, ...item] row-major; `weights` [N] are quadrature weights (default 1/N). */
export interface Inputs {
  readonly type: 'Inputs';
  readonly x: Float32Array;
  readonly count: number; // N
  readonly item: readonly number[]; // shape of one input, for example [1] or [1, 28, 28] (channels first)
  readonly weights: Float32Array; // [N]
  readonly labels?: Int32Array; // [N], from 0
  readonly classes?: readonly string[]; // the name of each label
  readonly concepts?: Concepts; // of images
  readonly source: string; // one phrase for plots and reports, for example "500 draws of N(0, 1), seed 10"
}

/** The reference's values on Inputs: `y` is [N, k], row-major. */
export interface Outputs {
  readonly type: 'Outputs';
  readonly y: Float32Array;
  readonly count: number; // N
  readonly width: number; // k
}

/** The scale of J on one Reference: what a number J has to be compared with (all weighted by Inputs.weights). */
export interface JScale {
  readonly power: number; // E[φ²] = Σ w‖y‖²; J of the zero function
  readonly variance: number; // Σ w‖y − ȳ‖²; J of the best constant when the weights sum to one
  readonly zero: number; // J of the zero function
  readonly constant: number; // J of the best constant function
}

/** How many units of one activation layer are dead: 0 on all inputs. A convolution's unit is a channel. */
export interface DeadUnits {
  readonly layer: number; // index into the architecture's layers
  readonly units: number;
  readonly dead: number;
}

/** All that J needs: the family of functions, the points, and the values to compare with. θ is absent for loaded Outputs. */
export interface Reference {
  readonly type: 'Reference';
  readonly architecture: Architecture;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly theta?: Float32Array; // [P]
  readonly units?: readonly DeadUnits[]; // per activation layer, where θ is known
  readonly scale: JScale;
}

/** One Architecture with a θ and buffers, or several of them: models that differ in their seed only. */
export interface Model {
  readonly type: 'Model';
  readonly architecture: Architecture;
  readonly theta: Float32Array; // [count, P]
  readonly buffers: Float32Array; // [count, B] running statistics of batch normalisation; empty without it
  readonly count: number;
  readonly names: readonly string[]; // [count] what tells them apart: 'seed 0'
  readonly origin: string; // how they were made, one phrase
  readonly flags: readonly string[]; // warnings that travel with it: stopped early, diverged
}

/**
 * What layers of a Model give on Inputs: unevaluated until a measure asks a device for it. Rows are inputs, or inputs and image
 * positions; columns are channels or units, or all numbers of a layer.
 */
export interface Activations {
  readonly type: 'Activations';
  readonly model: Model;
  readonly inputs: Inputs;
  readonly layers: readonly string[]; // paths, as Place.path
  /** Of images: a row for each position ('channels'), the mean over positions ('mean'), all numbers in one row ('flat'). */
  readonly reading: 'channels' | 'mean' | 'flat';
  readonly rows: number; // most rows: with 'channels' positions are drawn by `seed` until there are so many
  readonly seed: number;
}

/** A number for each pair of a row and a column: the layers of two models. */
export interface Matrix {
  readonly type: 'Matrix';
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: Float64Array; // [rows, columns], row-major; NaN where there is none
  readonly spread?: Float64Array; // standard deviation over pairs of models, where there are several
  readonly rowName: string; // 'layers of A'
  readonly columnName: string;
  readonly valueName: string; // 'linear CKA, unbiased'
  readonly better?: 'higher' | 'lower'; // which way is closer
  readonly range?: readonly [number, number]; // of the colours; the numbers' own where absent
}

/** Why a search candidate was kept or not. `parameters` that were typed or loaded have no verdicts. */
export type Verdict = 'selected' | 'spare' | 'loss' | 'dependent' | 'dead' | 'diverged';

/** Parameter vectors `theta` [count, P] of one Architecture, row-major, in PyTorch's order. */
export interface Parameters {
  readonly type: 'Parameters';
  readonly theta: Float32Array;
  readonly count: number; // B
  readonly size: number; // P
  readonly reference?: Reference;
  readonly loss?: Float64Array; // [B] J of each
  readonly power?: Float64Array; // [B] Σ w‖φ‖² of each; 0 exactly when its output is identically 0
  readonly flags: readonly string[]; // warnings that travel with it: how the vectors were chosen
}

/** An affine subspace of parameter space: origin θ0 [P], orthonormal basis [m, P], coordinates [points, m] of the vectors that span it. */
export interface Subspace {
  readonly type: 'Subspace';
  readonly origin: Float32Array;
  readonly basis: Float32Array;
  readonly rank: number; // m
  readonly size: number; // P
  readonly coordinates: Float64Array; // [points, m], row 0 is the origin: zeros
  readonly pointLoss?: Float64Array; // [points] J of θ0…θm where a reference is known
  readonly pointPower?: Float64Array; // [points] Σ w‖φ‖² of θ0…θm
  readonly singularValues?: Float64Array; // of the differences θi − θ0
  readonly reference?: Reference;
  readonly flags: readonly string[];
}

/** A lattice of coefficients: `points` values per axis on [low, high], axis k = coefficient of basis vector k, last axis fastest. */
export interface Lattice {
  readonly subspace: Subspace;
  readonly low: number;
  readonly high: number;
  readonly points: number; // n, so points^m members
}

/**
 * What an adaptive lattice did, coarse to fine over cells: a cell was skipped with all its members where intervals keep its outputs
 * so far from the reference's that J is above the cap, or where √J at its centre was at least √cap plus how far the function can move
 * in it, by a bound that is proved or that samples of it scale down. Levels at which judging cells does not pay are left out.
 */
export interface Refinement {
  readonly rule: 'proved' | 'sampled';
  readonly levels: readonly {
    readonly members: number; // of a whole cell; the last level has 1: members themselves
    readonly evaluated: number; // cells that were judged, or members
    readonly skipped: number; // members inside the cells that were given up here
  }[];
  readonly intervals: number; // of the members skipped, those in cells whose outputs intervals kept away from the reference's
  readonly slope: number; // greatest |Δφ| / |Δc| that a cell's centre was judged by; 0 where none was
  readonly sampled?: number; // greatest one that was sampled; with rule 'sampled'
  readonly margin?: number; // factor on what is sampled, where samples were allowed
  readonly neighbours: number; // members evaluated only because a neighbour was found
  readonly found: number; // of these, below the cap
}

/**
 * J on the members of a lattice. `power` is Σ w‖φ‖² of each member, so that members that are the zero function can be told. A
 * Field with a cap is censored above it: `values` are +∞ and `power` NaN where J is not below it. An adaptive one knows only the members
 * in `index`; the others were skipped because they cannot be below the cap, as far as `refinement` can tell.
 */
export interface Field {
  readonly type: 'Field';
  readonly lattice: Lattice;
  readonly values: Float32Array; // [n^m], or [index.length]
  readonly power: Float32Array; // as values
  readonly cap?: number; // absolute, of J
  readonly index?: Uint32Array; // ascending lattice indices
  readonly refinement?: Refinement; // with index
  readonly reference: Reference;
  readonly route: string; // how it was computed, one phrase
  readonly device: string;
}

/** The members of a Field with J < ε, as indices into it, ascending, and their J. */
export interface EpsilonSet {
  readonly type: 'EpsilonSet';
  readonly field: Field;
  readonly epsilon: number; // absolute
  readonly index: Uint32Array;
  readonly values: Float32Array;
}

/** Points in the plane (or space) standing for parameter vectors. `position` is [count, dimension]. */
export interface Embedding {
  readonly type: 'Embedding';
  readonly position: Float32Array;
  readonly count: number;
  readonly dimension: number;
  readonly values: Float32Array; // [count] J of each
  readonly member?: Uint32Array; // [count] index into the lattice of each
  readonly marks: readonly Mark[];
  readonly scale: JScale;
  readonly axes: readonly string[];
  readonly epsilon?: number; // absolute, of the ε-set that was embedded
  readonly of?: 'coefficients' | 'theta'; // what of its members, where it is known
  readonly note: string; // what was embedded and how, one sentence
}

/** A named point drawn on plots: θ0…θm, or θ. `position` has the plot's dimension; `loss` is its J where known. */
export interface Mark {
  readonly name: string; // 'θ₀'
  readonly position: readonly number[];
  readonly loss?: number;
}

/** Rows and named columns. */
export interface Table {
  readonly type: 'Table';
  readonly columns: readonly { readonly name: string; readonly unit?: string }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly more?: number; // rows that there are besides these
}

/** Whether a column holds numbers and gaps only: shown flush right, its header too. */
export function isNumeric({ rows }: Table, column: number): boolean {
  return (
    rows.some((row) => typeof row[column] === 'number') && rows.every((row) => typeof (row[column] ?? 0) === 'number')
  );
}

/** Several lines over one shared axis. */
export interface Curve {
  readonly type: 'Curve';
  readonly x: Float64Array;
  readonly xName: string;
  readonly yName: string;
  readonly logY: boolean;
  readonly lines: readonly {
    readonly name: string;
    readonly y: Float64Array;
    readonly state?: string;
    /** Half the height of the error bar or band: what it is, `spreadName` says. */
    readonly spread?: Float64Array;
    /** The runs that y is the mean of, as dots: [places] of x. */
    readonly samples?: readonly Float64Array[];
  }[];
  readonly places?: readonly string[]; // names of x, where it is no quantity: layers. x is then 0, 1, …
  readonly spreadName?: string; // '± 2 standard errors over 10 pairs'
  readonly logX?: boolean;
  readonly baseline?: { readonly name: string; readonly y: number }; // a line across
  readonly range?: readonly [number, number]; // of the y axis, at least: one for several curves beside each other
}

/** A figure as the Plot node makes it: data to draw, and how. */
export interface Figure {
  readonly type: 'Figure';
  readonly plot: import('./views.js').PlotData;
}

/** Every value by the name of its port type. An Architecture is a value too. */
export interface PortValues {
  Architecture: Architecture;
  Inputs: Inputs;
  Outputs: Outputs;
  Reference: Reference;
  Model: Model;
  Activations: Activations;
  Matrix: Matrix;
  Parameters: Parameters;
  Subspace: Subspace;
  Field: Field;
  EpsilonSet: EpsilonSet;
  Embedding: Embedding;
  Table: Table;
  Curve: Curve;
  Figure: Figure;
}

/** Name of a port type. */
export type PortType = keyof PortValues;
/** Any value on a wire. */
export type Value = PortValues[PortType];
