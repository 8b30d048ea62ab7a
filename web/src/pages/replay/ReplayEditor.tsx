import { Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLanguages } from '../../api/languages';
import type { Participant } from '../../protocol/Participant';
import type { TimelineEvent } from '../../protocol/TimelineEvent';
import { Loading } from '../../shell/Loading';
import { messages } from './messages';
import classes from './ReplayPage.module.css';
import { useReplayDocument } from './useReplayDocument';

const CodeEditor = lazy(() => import('../../editor/CodeEditor'));

interface Props {
  events: readonly TimelineEvent[];
  moment: number;
  participants: readonly Participant[];
}

/** The code and the cursors at the moment shown, in the language of that moment. */
export function ReplayEditor({ events, moment, participants }: Props) {
  const languages = useLanguages();
  const { doc, awareness, language: id } = useReplayDocument(events, moment);
  const language = languages.data?.find((one) => one.id === id) ?? languages.data?.[0];
  return (
    <section className={classes.editor} aria-label={messages.code}>
      {language === undefined ? (
        <Loading height="100%" />
      ) : (
        <>
          <Text size="xs" fw={600} c="dimmed" className={classes.file}>
            {language.file}
          </Text>
          <div className={classes.text}>
            <Suspense fallback={<Loading height="100%" />}>
              <CodeEditor
                // Another document is another editor: nothing of the old one may be touched again.
                key={doc.guid}
                doc={doc}
                awareness={awareness}
                language={language}
                participants={participants}
                label={messages.code}
                readOnly={messages.readOnly}
              />
            </Suspense>
          </div>
        </>
      )}
    </section>
  );
}
