import { Box, Button, Group, Tabs, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useLanguages } from '../../api/languages';
import type { Language } from '../../protocol/Language';
import { Loading } from '../../shell/Loading';
import { problemMessages as text } from './messages';
import { withStarter } from './problemFields';

const CodeField = lazy(() => import('../../components/CodeField'));

type StarterCodes = Record<string, string>;

interface Props {
  starterCode: StarterCodes;
  onChange: (change: (current: StarterCodes) => StarterCodes) => void;
}

export function StarterCode({ starterCode, onChange }: Props) {
  const languages = useLanguages();
  const first = languages.data?.[0];
  return (
    <Box>
      <Text fz="sm" fw={500}>
        {text.starter}
      </Text>
      <Text fz="xs" c="dimmed" mb="xs">
        {text.starterHint}
      </Text>
      {first ? (
        <Tabs defaultValue={first.id} keepMounted={false}>
          <Tabs.List mb="sm">
            {languages.data?.map((language) => (
              <Tabs.Tab key={language.id} value={language.id}>
                {language.name}
                {language.id in starterCode ? (
                  <Text span c="dimmed" fz="xs" ml={6}>
                    {text.own}
                  </Text>
                ) : null}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {languages.data?.map((language) => (
            <Tabs.Panel key={language.id} value={language.id}>
              <LanguageStarter
                language={language}
                source={starterCode[language.id]}
                onChange={(source) => onChange((current) => withStarter(current, language, source))}
              />
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : null}
    </Box>
  );
}

interface LanguageStarterProps {
  language: Language;
  source: string | undefined;
  onChange: (source: string) => void;
}

function LanguageStarter({ language, source, onChange }: LanguageStarterProps) {
  // The field keeps its own text; a reset begins with a fresh one.
  const [resets, setResets] = useState(0);
  const reset = () => {
    onChange(language.starterCode);
    setResets(resets + 1);
  };
  return (
    <>
      <Suspense fallback={<Loading height={340} />}>
        <CodeField
          key={resets}
          label={text.starterLabel(language.name)}
          language={language.monaco}
          initialValue={source ?? language.starterCode}
          onChange={onChange}
        />
      </Suspense>
      <Group mt={6} justify="space-between" mih={30}>
        <Text fz="xs" c="dimmed">
          {text.keys}
        </Text>
        {source === undefined ? null : (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={reset}>
            {text.reset}
          </Button>
        )}
      </Group>
    </>
  );
}
