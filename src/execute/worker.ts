/** The app's worker. */
import { builtin } from '../../nodes/index.js';
import { serve } from './serve.js';

serve([...builtin]);
