/** The app's worker: an executor that knows the built-in nodes. */
import { builtin } from '../../../nodes/index.js';
import { indexedRates } from '../../execute/indexed-rates.js';
import { IndexedStore } from '../../execute/indexed-store.js';
import { serve } from '../../execute/serve.js';
import { VERSION } from '../../execute/version.js';

// The name of a built worker changes with any change of the code behind it. While developing it does not, so no result is kept then.
const storage = typeof indexedDB !== 'undefined';
serve([...builtin], {
  ...(storage ? { rates: indexedRates(import.meta.env.PROD ? import.meta.url : VERSION) } : {}),
  ...(storage && import.meta.env.PROD ? { store: new IndexedStore(import.meta.url) } : {}),
});
