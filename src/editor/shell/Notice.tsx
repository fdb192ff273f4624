/** One transient message at the foot of the canvas; errors stay until they are closed. */
import { useEffect } from 'react';
import { useBench, useWorkbench } from './context.js';
import { Icon } from './Icon.js';

const SHOWN = 7000; // ms

/** The present notice, if any. */
export function Notice() {
  const { store } = useWorkbench();
  const notice = useBench((state) => state.notice);
  useEffect(() => {
    if (notice?.level !== 'info') return;
    const timer = setTimeout(() => store.setState({ notice: undefined }), SHOWN);
    return () => clearTimeout(timer);
  }, [notice, store]);
  return (
    <div className="notices" aria-live="polite">
      {notice && (
        <div className={`notice ${notice.level}`} role={notice.level === 'error' ? 'alert' : 'status'}>
          <Icon name={notice.level === 'error' ? 'warning' : 'info'} />
          <span>{notice.text}</span>
          <button
            type="button"
            className="icon-button small"
            aria-label="Close the message"
            onClick={() => store.setState({ notice: undefined })}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
