/** The promise of training: 784–512–10 reaches 95 % on a held-out fifth of the 10,000 digits. */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { documentOf } from '../documents.js';
import { runDocument } from '../golden/run.js';
import { mnist, mnistIsThere, requireMnist } from '../methods/data/mnist.js';

describe('an MLP on MNIST', () => {
  requireMnist();

  if (mnistIsThere)
    it('reaches 95 % in six epochs on 2,000 digits that it has not seen', async () => {
      const files = new MemoryFiles();
      const [images, labels] = await Promise.all(
        (['images', 'labels'] as const).map((which) => files.add(mnist(which).name, mnist(which).bytes)),
      );
      const document = documentOf(
        {
          digits: ['idx-images', { images: { ...images! }, labels: { ...labels! } }],
          parts: ['split', { share: 0.2, seed: 0 }],
          net: ['architecture', { preset: 'mlp', widths: [784, 512, 10], activation: 'relu' }],
          trained: ['model', { seeds: [0], epochs: 6, batch: 32 }],
          score: ['score'],
        },
        [
          'digits.inputs parts.inputs',
          'net.architecture trained.architecture',
          'parts.train trained.data',
          'trained.model score.model',
          'parts.test score.data',
        ],
      );
      const { failures, results } = await runDocument(document, { device: 'wasm', files });
      expect(failures).toEqual([]);
      const { inputs, accuracy } = results.get('score')!.view.summary;
      expect(inputs).toBe(2000);
      expect(accuracy).toBeGreaterThan(0.95);
    }, 120_000);
});
