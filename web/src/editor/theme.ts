import { monaco } from './monaco';

export type Scheme = 'light' | 'dark';

let defined = false;

/** The name of the editor's theme that goes with the page's colours. */
export function editorTheme(scheme: Scheme): string {
  if (!defined) {
    define('light', 'vs', { background: '#ffffff', line: '#f5f6f8', numbers: '#98a0ad' });
    define('dark', 'vs-dark', { background: '#13161b', line: '#1a1e24', numbers: '#5d6572' });
    defined = true;
  }
  return `porthole-${scheme}`;
}

function define(
  scheme: Scheme,
  base: 'vs' | 'vs-dark',
  colors: { background: string; line: string; numbers: string },
) {
  monaco.editor.defineTheme(`porthole-${scheme}`, {
    base,
    inherit: true,
    rules: [],
    colors: {
      'editor.background': colors.background,
      'editorGutter.background': colors.background,
      'editor.lineHighlightBackground': colors.line,
      'editor.lineHighlightBorder': colors.line,
      'editorLineNumber.foreground': colors.numbers,
      'scrollbar.shadow': '#00000000',
    },
  });
}
