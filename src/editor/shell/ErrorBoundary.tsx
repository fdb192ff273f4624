/** Keeps a fault of one part of the window from taking the document with it. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { fileName } from '../../catalog/file-name.js';
import { formatDocument } from '../../document/format.js';
import { download } from '../plots/download.js';
import type { Workbench } from '../workbench/types.js';

interface Props {
  readonly part: string; // 'the canvas'
  readonly workbench: Workbench;
  readonly children: ReactNode;
}

/** Shows a fault in place of the part that had it, with the document still to be saved and a way to try again. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const { document } = this.props.workbench.store.getState();
    return (
      <div className="broken" role="alert">
        <h2>Something went wrong in {this.props.part}</h2>
        <p>Your document is safe. Save it, then try again or undo the last edit.</p>
        <p className="fault">{error.message}</p>
        <div className="buttons">
          <button
            type="button"
            className="button primary"
            onClick={() => download(fileName(document.title, 'json'), formatDocument(document), 'application/json')}
          >
            Save the document
          </button>
          <button type="button" className="button" onClick={() => this.setState({ error: undefined })}>
            Try again
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              this.props.workbench.undo();
              this.setState({ error: undefined });
            }}
          >
            Undo the last edit
          </button>
        </div>
      </div>
    );
  }
}
