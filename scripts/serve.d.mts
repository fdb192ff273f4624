/** The Content-Security-Policy that the app runs under. */
export const POLICY: string;
/** Serves the files under `root`; port 0 takes any free one. */
export function serve(options: {
  root: string;
  port?: number;
  host?: string;
}): Promise<{ url: string; close: () => Promise<void> }>;
