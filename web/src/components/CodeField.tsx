import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useEffectEvent, useRef } from 'react';
import { monaco } from '../editor/monaco';
import { editorTheme } from '../editor/themes';
import classes from './CodeField.module.css';

interface Props {
  /** Names the field for screen readers. */
  label: string;
  /** Monaco's language id. */
  language: string;
  /** The text at first; later changes come from the keyboard only. */
  initialValue: string;
  onChange: (value: string) => void;
}

/** A field for code. Load it lazily: Monaco comes with it. */
export default function CodeField({ label, language, initialValue, onChange }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const initially = useEffectEvent(() => initialValue);
  const changed = useEffectEvent(onChange);

  useEffect(() => {
    if (!holder.current) return;
    const editor = monaco.editor.create(holder.current, {
      value: initially(),
      language,
      ariaLabel: label,
      automaticLayout: true,
      fontFamily: "'JetBrains Mono', monospace",
      fontSize: 13,
      lineHeight: 20,
      lineNumbersMinChars: 3,
      minimap: { enabled: false },
      overviewRulerLanes: 0,
      padding: { top: 12, bottom: 12 },
      renderLineHighlight: 'none',
      scrollBeyondLastLine: false,
      quickSuggestions: false,
      wordBasedSuggestions: 'off',
    });
    const changes = editor.onDidChangeModelContent(() => changed(editor.getValue()));
    return () => {
      changes.dispose();
      editor.getModel()?.dispose();
      editor.dispose();
    };
  }, [label, language]);

  useEffect(() => monaco.editor.setTheme(editorTheme(scheme)), [scheme]);

  return <div ref={holder} className={classes.field} />;
}
