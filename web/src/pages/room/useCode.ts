import { useCallback, useEffect, useState } from 'react';
import { useLanguages } from '../../api/languages';
import type { Language } from '../../protocol/Language';
import { useRoom } from './RoomContext';

/** The code that both see, and running it. */
export interface Code {
  languages: Language[];
  language: Language | undefined;
  failed: boolean;
  stdin: string;
  setStdin: (stdin: string) => void;
  chooseLanguage: (id: string) => void;
  run: () => void;
}

export function useCode(): Code {
  const { connection } = useRoom();
  const { data: languages = [], isError } = useLanguages();
  const id = useLanguageId();
  const [stdin, setStdin] = useState('');
  const language = languages.find((candidate) => candidate.id === id);
  const runnable = language && language.unavailable === null ? language.id : null;

  const chooseLanguage = useCallback(
    (chosen: string) => connection.doc.getMap('meta').set('language', chosen),
    [connection],
  );
  const run = useCallback(() => {
    if (runnable) connection.run(runnable, stdin);
  }, [connection, runnable, stdin]);

  return {
    languages,
    language,
    failed: isError,
    stdin,
    setStdin,
    chooseLanguage,
    run,
  };
}

/** The language that the document shows; until it is known, the one the interview began with. */
function useLanguageId(): string {
  const { connection, interview } = useRoom();
  const [id, setId] = useState(interview.language);
  useEffect(() => {
    const meta = connection.doc.getMap('meta');
    const read = () => {
      const language = meta.get('language');
      if (typeof language === 'string') setId(language);
    };
    read();
    meta.observe(read);
    return () => meta.unobserve(read);
  }, [connection]);
  return id;
}
