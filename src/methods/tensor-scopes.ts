/** Residual blocks by the names of their layers, ours and those of files, so that layers are matched block by block. */
import { byNumbers } from './number-order.js';

/** How files name a block before the layers in it: by a number (`layer2.0.conv1`, `body.3.block.0`), or by a word with one (`block4.bn1`). */
const BLOCKS = [/^((?:.*\.)?\d+)\.(.+)$/, /^((?:.*\.)?[a-z]+_?\d+)\.(.+)$/i];
const SHORTCUT = /^(shortcut|downsample|skip|proj|identity)/i;

/** The scope of a layer: '' outside residual blocks, else the block's place among them and the branch: `2 block`, `2 shortcut`. */
export type ScopeOf = (layer: string) => string;

/**
 * The scopes of our layers, by their paths, and of a file's, by their names. Where the file does not name as many blocks as there are, none
 * are told apart on either side.
 */
export function scopesOf(
  paths: readonly string[],
  names: readonly string[],
): { readonly own: ScopeOf; readonly file: ScopeOf } {
  const tops = [...new Set(paths.flatMap((path) => /^(\d+)\.(?:block|shortcut)\./.exec(path)?.[1] ?? []))];
  if (tops.length === 0) return { own: nowhere, file: nowhere };
  for (const pattern of BLOCKS) {
    const keys = [...new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []))].sort(byNumbers);
    if (keys.length !== tops.length) continue;
    return {
      own: (path) => {
        const [, top, branch] = /^(\d+)\.(block|shortcut)\./.exec(path) ?? [];
        return top === undefined ? '' : `${tops.indexOf(top)} ${branch}`;
      },
      file: (name) => {
        const [, key, rest] = pattern.exec(name) ?? [];
        return key === undefined ? '' : `${keys.indexOf(key)} ${SHORTCUT.test(rest!) ? 'shortcut' : 'block'}`;
      },
    };
  }
  return { own: nowhere, file: nowhere };
}

const nowhere: ScopeOf = () => '';
