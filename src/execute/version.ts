/** The package's name and version, as provenance records it. */
import { version } from '../../package.json';

/** Version of this package. */
export const VERSION: string = version;
/** Name and version, for example 'fiberscope 0.1.0'. */
export const PACKAGE = `fiberscope ${VERSION}`;
