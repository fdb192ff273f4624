/** The app's worker. */
import { builtin } from '../../nodes/index.js';
import { IndexedStore } from './indexed-store.js';
import { serve } from './serve.js';

// The name of a built worker changes with any change of the code behind it. While developing it does not, so nothing is kept then.
const kept = import.meta.env.PROD && typeof indexedDB !== 'undefined';
serve([...builtin], kept ? { store: new IndexedStore(import.meta.url) } : {});
