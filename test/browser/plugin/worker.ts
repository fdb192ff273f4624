import { builtin } from '../../../nodes/index.js';
import { serve } from '../../../src/execute/serve.js';
import range from '../../editor/plugin/third-party.js';

serve([...builtin, range]);
