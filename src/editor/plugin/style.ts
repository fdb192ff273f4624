/** Styles for a host's page. */

/** The theme's variables on cards and wires only, so that a host's own variables of the same names stay as they are. */
export function scoped(css: string): string {
  const own = ':where(.fs-node, .fs-wire)';
  return css
    .replaceAll(/^:root\b/gm, own)
    .replaceAll(/^\[data-theme=("?)dark\1\](?=\s*\{)/gm, `[data-theme="dark"] ${own}`);
}
