/** The window's few line icons, 16 × 16, drawn in the colour of the text. */
const PATHS = {
  undo: 'M3 6h6.5a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3',
  redo: 'M13 6H6.5a3.5 3.5 0 0 0 0 7H10M13 6l-3-3M13 6l-3 3',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.2v.2',
  close: 'M4 4l8 8M12 4l-8 8',
  pin: 'M9.5 2.5l4 4-2.6.7-2.3 2.3-.3 3L5.7 9.9 2.6 13l3.1-3.1-2.6-2.6 3-.3 2.3-2.3Z',
  down: 'M4.5 6.5L8 10l3.5-3.5',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.2h10',
  locate: 'M8 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6M8 1.5v2.7M8 11.8v2.7M1.5 8h2.7M11.8 8h2.7',
  warning: 'M8 2.6l6 10.6H2L8 2.6ZM8 6.6v3M8 11.2v.2',
  info: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M8 7.4v3.4M8 5.2v.2',
  check: 'M3.5 8.5l3 3 6-7',
  left: 'M9.8 4.5L6.2 8l3.6 3.5',
  right: 'M6.2 4.5L9.8 8l-3.6 3.5',
} as const;

/** Name of an icon. */
export type IconName = keyof typeof PATHS;

/** A decorative icon; the control around it carries the label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
