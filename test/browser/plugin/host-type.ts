/** The types of what the host's page leaves on its window, for the test that drives it. */
import type { NodeEditor } from 'rete';
import type { FiberscopePlugin, FiberscopeSchemes } from '../../../src/editor/plugin/index.js';

/** What the test looks at. */
export declare const host: {
  readonly editor: NodeEditor<FiberscopeSchemes>;
  readonly fiberscope: FiberscopePlugin;
  readonly refused: readonly string[];
};
