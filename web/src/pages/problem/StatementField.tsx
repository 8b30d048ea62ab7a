import { Box, Group, Input, SegmentedControl, Text, Textarea } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import { Loading } from '../../shell/Loading';
import { problemMessages as text } from './messages';
import classes from './StatementField.module.css';

const Markdown = lazy(() => import('../../components/Markdown'));

interface Props {
  value?: string;
  error?: ReactNode;
  onChange?: (value: string) => void;
}

type Side = 'write' | 'preview';

/** Markdown with its preview: side by side where there is room, else one at a time. */
export function StatementField({ value = '', error, onChange }: Props) {
  const id = useId();
  const [side, setSide] = useState<Side>('write');
  return (
    <Box>
      <Group justify="space-between" align="flex-end" mb={6} wrap="nowrap">
        <div>
          <Input.Label htmlFor={id}>{text.statement}</Input.Label>
          <Input.Description id={`${id}-hint`}>{text.statementHint}</Input.Description>
        </div>
        <SegmentedControl<Side>
          className={classes.switch}
          size="xs"
          value={side}
          onChange={setSide}
          data={[
            { value: 'write', label: text.write },
            { value: 'preview', label: text.preview },
          ]}
        />
      </Group>
      <div className={classes.sides} data-side={side}>
        <Textarea
          id={id}
          className={classes.write}
          aria-describedby={`${id}-hint`}
          autosize
          minRows={14}
          maxRows={26}
          value={value}
          error={error}
          onChange={(event) => onChange?.(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <section className={classes.preview} aria-label={text.preview}>
          {value.trim() === '' ? (
            <Text fz="sm" c="dimmed">
              {text.nothingToPreview}
            </Text>
          ) : (
            <Suspense fallback={<Loading height={120} />}>
              <Markdown source={value} />
            </Suspense>
          )}
        </section>
      </div>
    </Box>
  );
}
