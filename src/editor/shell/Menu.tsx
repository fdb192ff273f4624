/** A button that opens a short menu: arrows move, Enter chooses, Escape closes. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Icon } from './Icon.js';

/** One entry of a menu; `checked` makes it one of a choice. */
export interface MenuItem {
  readonly label: string;
  readonly note?: string;
  readonly keys?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly choose: () => void;
}

/** A menu button. Groups are parted by lines. */
export function Menu(props: {
  label: string;
  className?: string;
  title?: string;
  children: ReactNode;
  groups: readonly (readonly MenuItem[])[];
}) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const name = useId();
  useEffect(() => {
    if (!open) return;
    const items = place.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])') ?? [];
    ([...items].find((item) => item.getAttribute('aria-checked') === 'true') ?? items[0])?.focus();
    const outside = (event: PointerEvent) => {
      if (!place.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const items = [
      ...(place.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])') ?? []),
    ];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      button.current?.focus();
      if (event.key === 'Tab') return;
    } else if (move !== undefined) items[(move + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the open menu, whose items are buttons
    <div className="menu" ref={place} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        className={props.className ?? 'button'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={name}
        aria-label={props.label}
        title={props.title}
        onClick={() => setOpen(!open)}
      >
        {props.children}
      </button>
      {open && (
        <div className="menu-list" role="menu" id={name} aria-label={props.label}>
          {props.groups.map((group, index) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of menu items, not of form fields
            <div key={group[0]?.label ?? index} className="menu-group" role="group">
              {group.map((item) => (
                <button
                  key={item.label}
                  type="button"
                  {...(item.checked === undefined
                    ? { role: 'menuitem' }
                    : { role: 'menuitemradio', 'aria-checked': item.checked })}
                  aria-disabled={item.disabled}
                  tabIndex={-1}
                  onClick={() => {
                    if (item.disabled) return;
                    setOpen(false);
                    button.current?.focus();
                    item.choose();
                  }}
                >
                  <span className="menu-check">{item.checked && <Icon name="check" />}</span>
                  <span className="menu-text">
                    {item.label}
                    {item.note && <small>{item.note}</small>}
                  </span>
                  {item.keys && <kbd>{item.keys}</kbd>}
                </button>
              ))}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
