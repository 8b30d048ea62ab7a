import { MonacoBinding } from 'y-monaco';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Language } from '../protocol/Language';
import { monaco } from './monaco';

interface OpenFile {
  model: monaco.editor.ITextModel;
  binding: MonacoBinding;
  undo: Y.UndoManager;
  view: monaco.editor.ICodeEditorViewState | null;
}

export interface SharedEditorOptions {
  holder: HTMLElement;
  doc: Y.Doc;
  awareness: Awareness;
  label: string;
  theme: string;
  /** Nothing can be typed; says why to whoever tries. */
  readOnly: string | undefined;
  onRun: () => void;
}

/** Monaco on the shared document: one file per language, each with its own history per person. */
export class SharedEditor {
  private readonly editor: monaco.editor.IStandaloneCodeEditor;
  private readonly files = new Map<string, OpenFile>();
  private current: OpenFile | null = null;

  constructor(private readonly options: SharedEditorOptions) {
    const { holder, label, theme, readOnly, onRun } = options;
    this.editor = monaco.editor.create(holder, {
      model: null,
      theme,
      ariaLabel: label,
      readOnly: readOnly !== undefined,
      readOnlyMessage: { value: readOnly ?? '' },
      domReadOnly: readOnly !== undefined,
      automaticLayout: true,
      fontFamily: "'JetBrains Mono', monospace",
      fontSize: 14,
      lineHeight: 22,
      fontLigatures: false,
      minimap: { enabled: false },
      overviewRulerLanes: 0,
      // Room for the name above a cursor in the first line.
      padding: { top: 20, bottom: 20 },
      scrollBeyondLastLine: false,
      smoothScrolling: true,
      tabSize: 4,
      lineNumbersMinChars: 3,
      // On a phone a line that runs out of the screen is worse than one that breaks.
      wordWrap: holder.clientWidth < 500 ? 'on' : 'off',
      // The other person's language has no server here: only words of the text are offered.
      wordBasedSuggestions: 'currentDocument',
      accessibilitySupport: 'auto',
    });
    const { KeyMod, KeyCode } = monaco;
    // Monaco's own undo would take back what the other person typed.
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyZ, () => this.current?.undo.undo());
    this.editor.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, () =>
      this.current?.undo.redo(),
    );
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyY, () => this.current?.undo.redo());
    this.editor.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, onRun);
    void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  }

  show(language: Language): void {
    if (this.current) this.current.view = this.editor.saveViewState();
    const file = this.files.get(language.file) ?? this.open(language);
    if (file === this.current) return;
    this.current = file;
    this.options.awareness.setLocalStateField('selection', null);
    this.editor.setModel(file.model);
    if (file.view) this.editor.restoreViewState(file.view);
  }

  setTheme(theme: string): void {
    this.editor.updateOptions({ theme });
  }

  focus(): void {
    this.editor.focus();
  }

  destroy(): void {
    for (const { model, binding, undo } of this.files.values()) {
      undo.destroy();
      binding.destroy();
      model.dispose();
    }
    this.options.awareness.setLocalStateField('selection', null);
    this.editor.dispose();
  }

  private open(language: Language): OpenFile {
    const { doc, awareness } = this.options;
    const text = doc.getText(`file/${language.file}`);
    const model = monaco.editor.createModel(text.toString(), language.monaco);
    // The document counts every line end as one character.
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    if (language.monaco === 'go') model.updateOptions({ insertSpaces: false });
    const binding = new MonacoBinding(
      text,
      model as never,
      new Set([this.editor]) as never,
      awareness,
    );
    const undo = new Y.UndoManager(text, { trackedOrigins: new Set([binding]) });
    const file = { model, binding, undo, view: null };
    this.files.set(language.file, file);
    return file;
  }
}
