/** What each measure is called, its formula, its bounds and what it costs. Nothing here computes one. */
import { formatNumber } from '../../catalog/text.js';
import type { CcaOptions } from './cca.js';
import type { CkaOptions } from './cka.js';
import type { ProcrustesForm } from './procrustes.js';

/** A measure in words and numbers. `work` is in multiply-adds. */
export interface MeasureText {
  readonly name: string; // 'linear CKA, unbiased'
  readonly formula: string; // as plain text, for captions
  readonly better: 'higher' | 'lower';
  readonly range: readonly [number, number];
  readonly directions?: string; // what a layer's number of directions is called
  readonly centred?: false; // columns are taken as they are
  /** Where unrelated layers of as many columns as rows look alike too: of how many rows at once, and what helps. */
  readonly alikeWide?: { rows(count: number): number; readonly helps: string };
  prepareWork(count: number, width: number): number;
  pairWork(count: number, d: number, e: number): number;
  bytes(count: number, width: number): number; // kept of a layer
  pairBytes(count: number, d: number, e: number): number; // while two layers are compared
}

const KERNELS = { linear: 'linear CKA', rbf: 'RBF CKA', max: 'G_ReLU-CKA' } as const;
const KERNEL_FORMULAS = {
  linear: () => 'K = X Xᵀ',
  rbf: (t: number) => `K_ij = exp(−‖x_i − x_j‖² / (2 t² m)), t = ${formatNumber(t)}, m the median of all ‖x_i − x_j‖²`,
  max: () => 'K_ij = max_k x̃_ik x̃_jk, columns centred and divided by their norms',
} as const;

/** CKA with these options. */
export function ckaText({ kernel, estimator, width, batch }: CkaOptions): MeasureText {
  const rows = (count: number): number => (batch === 0 || count < 2 * batch ? count : batch);
  const byColumns = (count: number, d: number): boolean => kernel === 'linear' && d < rows(count);
  return {
    name: `${KERNELS[kernel]}, ${estimator}${batch > 0 ? `, minibatches of ${batch}` : ''}`,
    formula: `HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), ${KERNEL_FORMULAS[kernel](width)}; HSIC ${estimator}`,
    better: 'higher',
    range: [0, 1],
    ...(estimator === 'biased' &&
      kernel !== 'max' && {
        alikeWide: {
          rows,
          helps: `${batch > 0 ? 'Raise the minibatch' : 'Give more inputs'}, or use the unbiased estimator`,
        },
      }),
    prepareWork: (count, d) => count * (byColumns(count, d) ? d * d : (rows(count) * d) / 2 + 4 * rows(count)),
    pairWork: (count, d, e) =>
      count *
      Math.min(
        byColumns(count, d) || byColumns(count, e) ? d * e : Infinity,
        rows(count) * (byColumns(count, d) ? d : byColumns(count, e) ? e : 1),
      ),
    bytes: (count, d) => 8 * count * (byColumns(count, d) ? d : rows(count)),
    pairBytes: (count, d, e) => 8 * Math.min(d, rows(count)) * Math.min(e, rows(count)),
  };
}

/** The forms of Procrustes, as they are chosen. */
export const PROCRUSTES_FORMS = {
  orthogonal: 'Orthogonal',
  angular: 'Angular distance',
  permutation: 'Permutation',
  'g-relu': 'G_ReLU',
} as const satisfies Readonly<Record<ProcrustesForm, string>>;

const PROCRUSTES_TEXTS: Readonly<Record<ProcrustesForm, Pick<MeasureText, 'name' | 'formula'>>> = {
  orthogonal: {
    name: 'orthogonal Procrustes',
    formula: '1 − √(2 − 2 ‖XᵀY‖_*) / 2, X and Y centred, ‖X‖_F = ‖Y‖_F = 1',
  },
  angular: { name: 'angular Procrustes distance', formula: 'arccos ‖XᵀY‖_*, X and Y centred, ‖X‖_F = ‖Y‖_F = 1' },
  permutation: {
    name: 'permutation Procrustes',
    formula: '1 − min_P ‖XP − Y‖_F / 2, X and Y centred, ‖X‖_F = ‖Y‖_F = 1',
  },
  'g-relu': {
    name: 'G_ReLU-Procrustes',
    formula: '1 − min_P ‖X̃P − Ỹ‖_F / √(2 (d + d′)), columns centred and divided by their norms',
  },
};

/** A form of Procrustes. */
export function procrustesText(form: ProcrustesForm): MeasureText {
  const rotations = form === 'orthogonal' || form === 'angular';
  const kept = (count: number, d: number): number => (rotations ? Math.min(count, d) : d);
  return {
    ...PROCRUSTES_TEXTS[form],
    better: form === 'angular' ? 'lower' : 'higher',
    range: [0, form === 'angular' ? Math.PI / 2 : 1],
    alikeWide: { rows: (count) => count, helps: 'Give more inputs' },
    prepareWork: (count, d) => count * d + (kept(count, d) < d ? 2 * d * count * count : 0),
    pairWork(count, d, e) {
      const [p, q] = [kept(count, d), kept(count, e)];
      return p * q * (count + 3 * Math.min(p, q));
    },
    bytes: (count, d) => 8 * count * kept(count, d),
    pairBytes: (count, d, e) => 16 * kept(count, d) * kept(count, e),
  };
}

/** The canonical correlations, as they are chosen. */
export const CCA_FORMS = {
  mean: 'CCA, mean correlation',
  squared: 'CCA, mean squared correlation',
  svcca: 'SVCCA',
  pwcca: 'PWCCA, weighted by A',
} as const satisfies Readonly<Record<CcaOptions['form'], string>>;

/** A measure by canonical correlations. */
export function ccaText({ form, share, centred }: CcaOptions): MeasureText {
  const names = {
    mean: 'CCA, mean ρ',
    squared: 'CCA, mean ρ²',
    svcca: `SVCCA, ${formatNumber(100 * share)} % of variance`,
    pwcca: 'PWCCA, weighted by A',
  };
  const sums = {
    mean: 'Σ ρ_i / k',
    squared: 'Σ ρ_i² / k',
    svcca: 'Σ ρ_i / k',
    pwcca: 'Σ α_i ρ_i / Σ α_i, α_i = Σ_j |⟨h_i, x_j⟩|',
  };
  const least = Math.min;
  return {
    name: names[form] + (centred ? '' : ', not centred'),
    formula: `${sums[form]}, ρ the singular values of U_XᵀU_Y, U orthonormal bases of ${form === 'svcca' ? `the leading directions that hold ${formatNumber(100 * share)} % of the variance` : `the ${centred ? 'centred ' : ''}columns`}, k the smaller number of them`,
    better: 'higher',
    range: [0, 1],
    directions: 'directions',
    ...(centred ? {} : { centred: false }),
    prepareWork: (count, d) => least(count, d) * (4 * count * d + 8 * least(count, d) ** 2),
    pairWork: (count, d, e) => least(count, d) * least(count, e) * (count + 3 * least(count, d, e)),
    bytes: (count, d) => 8 * count * least(count, d),
    pairBytes: (count, d, e) => 16 * least(count, d) * least(count, e),
  };
}
