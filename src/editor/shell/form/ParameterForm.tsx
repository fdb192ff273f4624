/** The form of a node, made from its parameter schema. */
import { type FormField, fieldFault, fieldsOf, meantParams, shownFields } from '../../../catalog/form.js';
import type { AnyNode, InputPorts } from '../../../catalog/node.js';
import type { ArrayHeader } from '../../../catalog/work.js';
import { setParams } from '../../../document/commands.js';
import { fileReference } from '../../../document/files.js';
import type { DocumentNode, FileReference, Json } from '../../../document/schema.js';
import { givenParams, type Planned, unknownParams } from '../../canvas/card-rows.js';
import type { AppWorkbench } from '../../workbench/workbench.js';
import { useBench, useWorkbench } from '../context.js';
import { Field } from './Field.js';
import type { Overruled } from './field-props.js';
import { offersOf } from './offers.js';

/** All parameters of one node that its other parameters leave to be seen. */
export function ParameterForm({ node, definition }: { node: DocumentNode; definition: AnyNode }) {
  const workbench = useWorkbench();
  const problems = useBench((state) => state.plan.problems);
  const document = useBench((state) => state.document);
  const states = useBench((state) => state.nodes);
  const planned = useBench((state) => state.plan.nodes.get(node.id));
  const fields = fieldsOf(definition);
  const params: Record<string, Json> = Object.fromEntries(fields.map((field) => [field.name, field.default]));
  for (const [name, value] of Object.entries(node.params)) params[name] = value;
  const shown = shownFields(definition, meantParams(definition, params, Object.keys(planned?.inputs ?? {})));
  const file = Object.values(params)
    .map(fileReference)
    .find((each) => each !== undefined);
  const arrays = file && headersOf(workbench, file);
  const halves = pairs(shown);
  const problemOf = (name: string): string | undefined =>
    problems
      .find(
        (problem) =>
          problem.node === node.id && problem.severity === 'error' && problem.path.endsWith(`.params.${name}`),
      )
      ?.message.replace(/^node '[^']*' (parameter '[^']*': )?/, '');
  if (shown.length === 0) return <p className="muted">This node has no parameters.</p>;
  return (
    <form
      className="parameters"
      aria-label={`Parameters of ${node.title ?? definition.title}`}
      onSubmit={(e) => e.preventDefault()}
    >
      {shown.map((field) => (
        <Field
          key={`${node.id} ${field.name}`}
          field={field}
          problem={problemOf(field.name)}
          half={halves.has(field.name)}
          value={params[field.name]!}
          fault={(value) => fieldFault(definition, field.name, value)}
          commit={(value) =>
            workbench.edit(
              `Change ${field.label}`,
              (document) => setParams(document, node.id, { [field.name]: value }),
              `${node.id}.${field.name}`,
            )
          }
          arrays={arrays}
          offers={offersOf(field, node.id, document, workbench.registry, states)}
          overruled={planned && overruledBy(definition, planned, field)}
          addFile={(name, bytes) => workbench.addFile(name, bytes)}
        />
      ))}
    </form>
  );
}

/** Names of the fields that stand two in a row: plain numbers of one unit that follow each other, like low and high. */
function pairs(fields: readonly FormField[]): ReadonlySet<string> {
  const halves = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at++) {
    const [a, b] = [fields[at]!, fields[at + 1]!];
    const alike = a.widget === 'number' && b.widget === 'number' && a.unit === b.unit && !a.help && !b.help;
    const short = a.label.length + b.label.length + 2 * (a.unit?.length ?? 0) < 40;
    if (!alike || !short || halves.has(a.name)) continue;
    halves.add(a.name).add(b.name);
  }
  return halves;
}

/** The arrays of a file that is here; undefined where it is not, or is malformed, which the document's check says. */
function headersOf(workbench: AppWorkbench, file: FileReference): readonly ArrayHeader[] | undefined {
  try {
    return workbench.files.source.headers(file);
  } catch {
    return undefined;
  }
}

/** What is wired that overrules a field. */
function overruledBy(definition: AnyNode, planned: Planned, { name, overruled }: FormField): Overruled | undefined {
  const given = givenParams(planned)[name];
  if (overruled === undefined || (given === undefined && !unknownParams(definition, planned).has(name)))
    return undefined;
  return { by: (definition.inputs as InputPorts)[overruled.by]!.label, part: overruled.part, value: given };
}
