/** The numbers of a plot as CSV. */
export { plotCsv } from '../execute/csv.js';
