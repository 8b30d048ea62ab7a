import type { UseFormReturnType } from '@mantine/form';
import { ApiFailure, failureText } from './failure';

/**
 * Shows a failure at the field the server named. Returns the sentence to show above the form when
 * it belongs to no field of it.
 */
export function showAtField<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  failure: unknown,
): string | null {
  if (failure instanceof ApiFailure && failure.field && failure.field in form.getValues()) {
    form.setFieldError(failure.field, failure.message);
    return null;
  }
  return failureText(failure);
}
