import { expect, it } from 'vitest';
import { fileName } from '../../src/catalog/file-name.js';

it.each([
  ['GENNI Figure 2: ε-set, θ₀ … θ₃', 'genni-figure-2-epsilon-set-theta0-theta3.png'],
  ['Café naïve', 'cafe-naive.png'],
  ['../../etc/passwd', 'etc-passwd.png'],
  ['…', 'pipeline.png'],
  ['', 'pipeline.png'],
  ['損失', 'pipeline.png'],
  [`${'a'.repeat(79)} b`, `${'a'.repeat(79)}.png`],
])('%s is saved as %s', (title, name) => {
  expect(fileName(title, 'png')).toBe(name);
});

it('a title without letters leaves the name for such', () => {
  expect(fileName('·', 'csv', 'plot')).toBe('plot.csv');
});
