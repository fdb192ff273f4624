/** The list of keyboard shortcuts. */
import { keysText, SHORTCUTS, type Shortcut } from '../../canvas/shortcuts.js';
import { Dialog } from '../Dialog.js';
import { WireLegend } from '../WireLegend.js';
import { onMac } from '../wording.js';

/** The shortcuts dialog. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const mac = onMac();
  const groups = new Map<Shortcut['group'], Shortcut[]>();
  for (const shortcut of SHORTCUTS) groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
  return (
    <Dialog title="Keyboard shortcuts" wide onClose={onClose}>
      <div className="shortcuts">
        {[...groups].map(([group, shortcuts]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts.map((shortcut) => (
                <div key={shortcut.action + shortcut.label}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    {shortcut.keys.map((keys) => (
                      <kbd key={keys}>{keysText(keys, mac)}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section aria-label="Wires">
          <h3>Wires carry</h3>
          <WireLegend />
        </section>
      </div>
    </Dialog>
  );
}
