import { useWindowEvent } from '@mantine/hooks';

/** Lets the browser ask before the tab closes on something unsaved. */
export function useUnsavedWarning(unsaved: boolean) {
  useWindowEvent('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
}
