import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { fieldsOf } from '../../../src/catalog/form.js';
import { Field } from '../../../src/editor/shell/form/Field.js';
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
