/** Files that a plot gives. */

/** A file name made from a title: `ε-set · well-posed` as `epsilon-set-well-posed.png`. */
export function fileName(title: string, ending: string): string {
  const stem = title
    .normalize('NFKD')
    .replaceAll('ε', 'epsilon')
    .replaceAll('θ', 'theta')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `${stem || 'plot'}.${ending}`;
}

/** Hands a file to the browser to be saved. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
