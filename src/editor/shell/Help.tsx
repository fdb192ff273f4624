/**
 * Help texts: a small subset of Markdown (paragraphs, lists, **bold**, *italic*, `code`, links to https) with $TeX$ by KaTeX.
 * Everything becomes elements and text; no HTML is ever taken from a text.
 */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { Fragment, memo, type ReactNode, useLayoutEffect, useRef } from 'react';

/** A formula. */
export const Tex = memo(function Tex({ text, display = false }: { text: string; display?: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element)
      katex.render(text, element, { displayMode: display, throwOnError: false, trust: false, maxExpand: 200 });
  }, [text, display]);
  return <span ref={place} className={display ? 'tex display' : 'tex'} />;
});

const INLINE =
  /\$\$([^$]+)\$\$|\$([^$\n]+)\$|`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^\]\n]+)\]\((https:\/\/[^)\s]+)\)/g;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) parts.push(text.slice(last, match.index));
    const [, display, tex, code, bold, italic, label, link] = match;
    const key = match.index;
    if (display !== undefined) parts.push(<Tex key={key} text={display} display />);
    else if (tex !== undefined) parts.push(<Tex key={key} text={tex} />);
    else if (code !== undefined) parts.push(<code key={key}>{code}</code>);
    else if (bold !== undefined) parts.push(<strong key={key}>{inline(bold)}</strong>);
    else if (italic !== undefined) parts.push(<em key={key}>{inline(italic)}</em>);
    else
      parts.push(
        <a key={key} href={link} target="_blank" rel="noreferrer">
          {label}
        </a>,
      );
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push(text.slice(last));
  return parts;
}

/** A help text. Blank lines part paragraphs; lines that all start with "- " are a list. */
export const Help = memo(function Help({ text }: { text: string }) {
  return (
    <div className="help">
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((block, index) => {
          const lines = block.split('\n').map((line) => line.trim());
          const key = `${index} ${block.slice(0, 12)}`;
          if (lines.every((line) => line.startsWith('- ')))
            return (
              <ul key={key}>
                {lines.map((line) => (
                  <li key={line}>{inline(line.slice(2))}</li>
                ))}
              </ul>
            );
          return (
            <p key={key}>
              {inline(lines.join(' ')).map((part, at) => (
                <Fragment key={String(at)}>{part}</Fragment>
              ))}
            </p>
          );
        })}
    </div>
  );
});
