import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { fieldsOf } from '../../../src/catalog/form.js';
import { Field } from '../../../src/editor/shell/form/Field.js';
import type { Overruled } from '../../../src/editor/shell/form/field-props.js';
import { registry } from '../workbench/pipeline.js';

it('every kind of field says what the document finds wrong with its value', () => {
  const seen = new Set<string>();
  for (const definition of registry.all)
    for (const field of fieldsOf(definition)) {
      if (seen.has(field.widget) || field.widget === 'switch' || field.widget === 'choice') continue;
      seen.add(field.widget);
      const html = renderToStaticMarkup(
        <Field
          field={field}
          value={field.default}
          fault={() => undefined}
          problem="too many members"
          commit={() => undefined}
          addFile={() => Promise.reject(new Error('none'))}
        />,
      );
      expect(html, field.widget).toMatch(/class="fault"[^>]*role="alert"[^>]*>too many members/);
    }
  expect([...seen]).toContain('slider');
});

it('a parameter that a wired input overrules shows what counts and cannot be typed; one overruled in part says so', () => {
  const fields = fieldsOf(registry.get('architecture')!);
  const shown = (name: string, overruled: Overruled) =>
    renderToStaticMarkup(
      <Field
        field={fields.find((field) => field.name === name)!}
        value={[3, 32, 32]}
        fault={() => undefined}
        commit={() => undefined}
        overruled={overruled}
        addFile={() => Promise.reject(new Error('none'))}
      />,
    );
  const whole = shown('input', { by: 'Data', value: [1, 28, 28] });
  expect(whole).toMatch(/<input[^>]*disabled[^>]*value="1, 28, 28"|value="1, 28, 28"[^>]*disabled/);
  expect(whole).toContain('as wired to Data; typed here: 3, 32, 32');
  expect(shown('input', { by: 'Data' })).not.toContain('value="3, 32, 32"');
  const part = shown('widths', { by: 'Data', part: 'the first', value: [784, 32, 32] });
  expect(part).not.toContain('disabled');
  expect(part).toContain('as wired to Data: 784, 32, 32');
});
