import { monaco } from './monaco';

monaco.editor.defineTheme('porthole-light', {
  base: 'vs',
  inherit: true,
  rules: [],
  colors: {
    'editor.background': '#ffffff',
    'editor.foreground': '#14181f',
    'editorLineNumber.foreground': '#9aa1ac',
    'editorLineNumber.activeForeground': '#14181f',
    'editor.selectionBackground': '#cfe6ef',
    'editorWidget.background': '#ffffff',
    'editorWidget.border': '#e4e7ec',
    focusBorder: '#0d6783',
  },
});

monaco.editor.defineTheme('porthole-dark', {
  base: 'vs-dark',
  inherit: true,
  rules: [],
  colors: {
    'editor.background': '#13161b',
    'editor.foreground': '#e8eaee',
    'editorLineNumber.foreground': '#5b6370',
    'editorLineNumber.activeForeground': '#e8eaee',
    'editor.selectionBackground': '#1f4a5a',
    'editorWidget.background': '#1a1e24',
    'editorWidget.border': '#252a32',
    focusBorder: '#74bfd8',
  },
});

/** The editor's colours for the page's scheme. */
export function editorTheme(scheme: 'light' | 'dark'): string {
  return scheme === 'dark' ? 'porthole-dark' : 'porthole-light';
}
