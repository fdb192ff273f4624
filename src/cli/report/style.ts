import type { Theme } from '../../plot/theme.js';

/** The style sheet of a report. */
export function reportStyle(t: Theme): string {
  return `
:root{color-scheme:${t.name}}
*{box-sizing:border-box}
body{margin:0;background:${t.bg};color:${t.ink};font:14px/1.5 ${t.font};font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:24px;line-height:1.25;margin:0 0 6px}
h2{font-size:16px;margin:0;display:flex;gap:10px;align-items:baseline;flex-wrap:wrap}
h2 u{text-decoration:none;width:5px;height:16px;border-radius:2px;align-self:center}
h2 small,.dim{color:${t.dim};font-weight:400;font-size:12px}
h2 .end{margin-left:auto}
p{margin:6px 0;max-width:80ch}
.panel{background:${t.panel};border:1px solid ${t.line};border-radius:10px;padding:14px 16px;margin:14px 0}
.graph{overflow:auto;background:${t.bg};border:1px solid ${t.line};border-radius:10px;margin:18px 0;max-height:620px}
.graph svg{display:block;max-width:100%;height:auto;margin:auto}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:6px 28px;margin-top:8px}
dl{margin:0;font-size:12.5px}
dl div{display:flex;gap:14px;padding:2px 0;border-bottom:1px solid ${t.line}55}
dt{color:${t.dim};flex:none}
dd{margin:0 0 0 auto;text-align:right;overflow-wrap:anywhere}
.note{padding:3px 0 3px 20px;position:relative;font-size:13px}
.note::before{content:"●";position:absolute;left:2px;color:${t.faint}}
.note.warning::before,.note.problem::before{content:"▲"}
.note.warning{color:${t.warn}}.note.warning::before{color:${t.warn}}
.note.problem,.failure{color:${t.bad}}.note.problem::before{color:${t.bad}}
.plots{display:flex;flex-wrap:wrap;gap:14px;margin-top:10px}
figure{margin:0;border:1px solid ${t.line};border-radius:8px;overflow:hidden;background:${t.panel};max-width:100%}
figure svg{display:block;max-width:100%;height:auto}
figure canvas{display:block;cursor:grab;touch-action:none;outline:none;border-radius:8px}
figure canvas:active{cursor:grabbing}
figure canvas:focus-visible{box-shadow:inset 0 0 0 2px ${t.accent}}
.ruler{margin-top:12px;padding:8px 12px}
.ruler figcaption{color:${t.dim};font-size:12px}
.scroll{overflow:auto;max-height:420px}
table{border-collapse:collapse;font-size:12.5px}
th,td{padding:4px 12px;border-bottom:1px solid ${t.line};text-align:left;white-space:nowrap}
th{color:${t.dim};position:sticky;top:0;background:${t.panel}}
th.n,td.n{text-align:right}
button{border:1px solid ${t.accent};background:${t.accent};color:${t.name === 'dark' ? '#0c1118' : '#fff'};border-radius:7px;padding:6px 12px;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:2px solid ${t.ink};outline-offset:2px}
@media print{button{display:none}.panel,figure{break-inside:avoid}}
`;
}
