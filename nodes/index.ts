/** The nodes that ship, in palette order. */
import type { AnyNode } from '../src/catalog/node.js';
import activation from './activation.js';
import activations from './activations.js';
import architecture from './architecture.js';
import average from './average.js';
import batchNorm from './batch-norm.js';
import cca from './cca.js';
import cifar10 from './cifar10.js';
import cka from './cka.js';
import connectivity from './connectivity.js';
import conv from './conv.js';
import csvData from './csv-data.js';
import dense from './dense.js';
import dissect from './dissect.js';
import distance from './distance.js';
import fineTune from './fine-tune.js';
import flatten from './flatten.js';
import glyphs from './glyphs.js';
import gramSchmidt from './gram-schmidt.js';
import grid from './grid.js';
import idxImages from './idx-images.js';
import imageFolder from './image-folder.js';
import input from './input.js';
import interpolate from './interpolate.js';
import loadArrays from './load-arrays.js';
import loadModel from './load-model.js';
import match from './match.js';
import model from './model.js';
import nodeSort from './node-sort.js';
import plot from './plot.js';
import points from './points.js';
import pool from './pool.js';
import procrustes from './procrustes.js';
import randomInputs from './random-inputs.js';
import randomSymmetry from './random-symmetry.js';
import reference from './reference.js';
import residual from './residual.js';
import rotate from './rotate.js';
import rotationPenalty from './rotation-penalty.js';
import scenes from './scenes.js';
import score from './score.js';
import search from './search.js';
import split from './split.js';
import standardise from './standardise.js';
import stitch from './stitch.js';
import subsample from './subsample.js';
import sweep from './sweep.js';
import table from './table.js';
import textures from './textures.js';
import threshold from './threshold.js';
import umap from './umap.js';

/** The catalogue. */
export const builtin: readonly AnyNode[] = [
  randomInputs,
  loadArrays,
  glyphs,
  textures,
  scenes,
  idxImages,
  cifar10,
  csvData,
  imageFolder,
  split,
  subsample,
  standardise,
  architecture,
  input,
  dense,
  conv,
  activation,
  pool,
  flatten,
  batchNorm,
  residual,
  reference,
  search,
  points,
  gramSchmidt,
  grid,
  threshold,
  connectivity,
  model,
  loadModel,
  score,
  randomSymmetry,
  nodeSort,
  match,
  average,
  interpolate,
  distance,
  activations,
  cka,
  procrustes,
  cca,
  dissect,
  stitch,
  rotate,
  fineTune,
  rotationPenalty,
  umap,
  plot,
  table,
  sweep,
];
