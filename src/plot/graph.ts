/** The pipeline as an SVG, in reports and saved pictures: cards at their places on the canvas, wires in the colour of what they carry. */
import type { Registry } from '../catalog/registry.js';
import type { PortType } from '../catalog/values.js';
import type { Plan } from '../compile/plan.js';
import type { DocumentNode, PipelineDocument } from '../document/schema.js';
import type { NodeResult } from '../execute/protocol.js';
import { fitText, type Shape, textWidth } from './drawing.js';
import { outlineOf } from './port-shapes.js';
import { shapesToSvg } from './shapes.js';
import type { Theme } from './theme.js';
import { CARD_WIDTH, heightForPorts, laneOf, type Point, portOffset, wirePath } from './wires.js';

const WIDTH = CARD_WIDTH;
const HEAD = 31;
const ROW = 17;
const FOOT = 24;

interface Card {
  readonly node: DocumentNode;
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly foot: string;
  readonly footColour: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly colour: string;
  readonly height: number;
}

/** Draws the graph of a document with what its nodes show. */
export function graphSvg(
  document: PipelineDocument,
  registry: Registry,
  plan: Plan,
  results: ReadonlyMap<string, NodeResult>,
  failures: ReadonlyMap<string, string>,
  theme: Theme,
): string {
  const typeOf = (id: string, port: string): PortType | undefined => plan.nodes.get(id)?.outputs[port]?.type;
  const cards = document.nodes.map((node): Card => {
    const definition = registry.get(node.type);
    const ports = (side: 'from' | 'to'): string[] => [
      ...new Set(
        document.wires.map((wire) => split(wire[side])).flatMap(([id, port]) => (id === node.id ? [port] : [])),
      ),
    ];
    const outputs = definition ? Object.keys(definition.outputs) : ports('from');
    const inputs = definition ? Object.keys(definition.inputs) : ports('to');
    const result = results.get(node.id);
    const failure = failures.get(node.id);
    const rows = (result?.view.rows ?? []).slice(0, 4);
    const firstType = outputs.map((port) => definition?.outputs[port]?.type as PortType | undefined)[0];
    const ports_ = Math.max(inputs.length, outputs.length);
    return {
      node,
      title: node.title ?? definition?.title ?? node.type,
      rows,
      foot: failure ?? result?.view.status ?? (node.muted ? 'muted' : result ? 'done' : 'not run'),
      footColour: failure ? theme.bad : result ? theme.ok : theme.faint,
      inputs,
      outputs,
      colour: firstType ? theme.types[firstType] : theme.faint,
      height: Math.max(HEAD + rows.length * ROW + 12 + FOOT, heightForPorts(ports_)),
    };
  });
  const byId = new Map(cards.map((card) => [card.node.id, card]));
  const boxes = [
    ...cards.map(({ node, height }) => [node.at[0], node.at[1], node.at[0] + WIDTH, node.at[1] + height] as const),
    ...document.frames.map(({ at, size }) => [at[0], at[1], at[0] + size[0], at[1] + size[1]] as const),
  ];
  if (boxes.length === 0) return '';
  const left = Math.min(...boxes.map((box) => box[0])) - 20;
  const top = Math.min(...boxes.map((box) => box[1])) - 20;
  const width = Math.max(...boxes.map((box) => box[2])) + 20 - left;
  const height = Math.max(...boxes.map((box) => box[3])) + 20 - top;

  const frames = document.frames
    .map(({ at: [x, y], size: [w, h], title }) => {
      const words = text(x + 12, y + 15, fitText(title, 12, w - 24), theme.dim, 'left', 12);
      return `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="12" fill="${theme.accent}0f" stroke="${theme.line}"/>${draw([words], theme)}`;
    })
    .join('');
  const wires = document.wires
    .map((wire) => {
      const [fromId, fromPort] = split(wire.from);
      const [toId, toPort] = split(wire.to);
      const from = byId.get(fromId);
      const to = byId.get(toId);
      if (!from || !to) return '';
      const offsets = [
        portOffset('output', Math.max(0, from.outputs.indexOf(fromPort))),
        portOffset('input', Math.max(0, to.inputs.indexOf(toPort))),
      ] as const;
      const [a, b] = [placeOf(from.node, offsets[0]), placeOf(to.node, offsets[1])];
      const type = typeOf(fromId, fromPort);
      return `<path d="${wirePath(a, b, laneOf(a, b, offsets))}" fill="none" stroke="${type ? theme.types[type] : theme.faint}" stroke-width="2.5"/>`;
    })
    .join('');
  const bodies = cards.map((card) => cardSvg(card, registry, theme)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The pipeline">${frames}${wires}${bodies}</svg>`;
}

function cardSvg(card: Card, registry: Registry, theme: Theme): string {
  const { node, title, rows, foot, height } = card;
  const [x, y] = node.at;
  const idWidth = Math.min(80, textWidth(node.id, 11));
  const shapes: Shape[] = [
    { kind: 'rect', x: x + 10, y: y + 8.5, width: 4, height: 14, fill: card.colour, radius: 2 },
    { ...text(x + 21, y + 16, fitText(title, 12.5, WIDTH - 43 - idWidth, true), theme.ink, 'left', 12.5), bold: true },
    text(x + WIDTH - 10, y + 16, fitText(node.id, 11, 80), theme.dim, 'right', 11),
    line(x, y + HEAD, theme.line),
  ];
  rows.forEach(([label, value], k) => {
    const at = y + HEAD + 14 + k * ROW;
    const name = fitText(label, 12, WIDTH * 0.5);
    shapes.push(text(x + 10, at, name, theme.dim, 'left', 12));
    const room = WIDTH - 28 - textWidth(name, 12);
    shapes.push({ ...text(x + WIDTH - 10, at, fitText(value, 12, room, true), theme.ink, 'right', 12), bold: true });
  });
  shapes.push(line(x, y + height - FOOT, theme.line));
  shapes.push({ kind: 'circle', x: x + 14, y: y + height - FOOT / 2, r: 4, fill: card.footColour });
  shapes.push(text(x + 24, y + height - FOOT / 2, fitText(foot, 11, WIDTH - 34), theme.dim, 'left', 11));
  const definition = registry.get(node.type);
  const port = (side: 'input' | 'output', index: number, type: PortType | undefined): string => {
    const { x: px, y: py } = placeOf(node, portOffset(side, index));
    const fill = `fill="${type ? theme.types[type] : theme.faint}" stroke="${theme.panel}" stroke-width="2"`;
    return `<path d="${outlineOf(type)}" ${fill} paint-order="stroke" transform="translate(${px} ${py})"/>`;
  };
  const ports = [
    ...card.inputs.map((name, index) =>
      port('input', index, definition?.inputs[name]?.types[0] as PortType | undefined),
    ),
    ...card.outputs.map((name, index) =>
      port('output', index, definition?.outputs[name]?.type as PortType | undefined),
    ),
  ];
  const ground = `<rect x="${x}" y="${y}" width="${WIDTH}" height="${height}" rx="10" fill="${theme.panel}" stroke="${theme.line}"/>`;
  return ground + draw(shapes, theme) + ports.join('');
}

const placeOf = ({ at: [x, y] }: DocumentNode, offset: Point): Point => ({ x: x + offset.x, y: y + offset.y });

const split = (end: string): readonly [id: string, port: string] => {
  const dot = end.indexOf('.');
  return [end.slice(0, dot), end.slice(dot + 1)];
};

const draw = (shapes: readonly Shape[], theme: Theme): string => shapesToSvg(shapes, theme.font);

const line = (x: number, y: number, stroke: string): Shape => ({
  kind: 'line',
  points: [x, y, x + WIDTH, y],
  stroke,
  width: 1,
});

const text = (
  x: number,
  y: number,
  words: string,
  fill: string,
  align: 'left' | 'right',
  size: number,
): Extract<Shape, { kind: 'text' }> => ({ kind: 'text', x, y, text: words, fill, align, size });
