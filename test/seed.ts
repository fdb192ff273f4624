/** Property tests draw the same cases at every check; `npm run fuzz` sets another FUZZ_SEED each time. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });
