/** Names of files that people save. */

/** A file's name from a title, in letters, digits and hyphens: `ε-set · well-posed` as `epsilon-set-well-posed.png`; `otherwise` where none is left. */
export function fileName(title: string, ending: string, otherwise = 'pipeline'): string {
  const stem = title
    .normalize('NFKD')
    .replaceAll('θ', 'theta')
    .replaceAll('ε', 'epsilon')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 80)
    .replace(/-$/, '')
    .toLowerCase();
  return `${stem || otherwise}.${ending}`;
}
