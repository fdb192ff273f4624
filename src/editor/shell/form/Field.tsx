/** One parameter in a form. What is typed is checked as it is typed; a bad value stays in the field, is explained there, and is not committed. */
import { useId } from 'react';
import { ChoiceField, SwitchField } from './ChoiceField.js';
import { FileField } from './FileField.js';
import { FilesField } from './FilesField.js';
import type { FieldProps } from './field-props.js';
import { OverruledField, withNote } from './OverruledField.js';
import { ParameterField } from './ParameterField.js';
import { SliderField } from './SliderField.js';
import { TextField } from './TextField.js';

/** A parameter's label, unit, control, fault and help. */
export function Field(given: FieldProps) {
  const id = useId();
  const { overruled } = given;
  if (overruled && !overruled.part) return <OverruledField {...given} overruled={overruled} id={id} />;
  const props = overruled ? { ...given, field: withNote(given.field, overruled) } : given;
  const { field } = props;
  switch (field.widget) {
    case 'slider':
      return <SliderField {...props} id={id} />;
    case 'choice':
      return <ChoiceField {...props} id={id} />;
    case 'switch':
      return <SwitchField {...props} id={id} />;
    case 'file':
      return <FileField {...props} id={id} />;
    case 'files':
      return <FilesField {...props} id={id} />;
    case 'parameter':
      return <ParameterField {...props} id={id} />;
    default:
      return <TextField {...props} id={id} />;
  }
}
