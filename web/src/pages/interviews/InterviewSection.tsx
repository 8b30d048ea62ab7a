import { Group, Text, Title } from '@mantine/core';
import classes from '../../components/Rows.module.css';
import { InterviewRow } from './InterviewRow';
import { interviewsMessages as text } from './messages';
import type { Section } from './sections';

export function InterviewSection({ section }: { section: Section }) {
  const heading = `interviews-${section.status}`;
  return (
    <section aria-labelledby={heading}>
      <Group gap={8} mb="sm">
        <Title order={2} id={heading} fz="sm">
          {text.sections[section.status]}
        </Title>
        <Text span fz="sm" c="dimmed" className="ph-figures">
          {section.interviews.length}
        </Text>
      </Group>
      <ul className={classes.rows}>
        {section.interviews.map((interview) => (
          <InterviewRow key={interview.id} interview={interview} />
        ))}
      </ul>
    </section>
  );
}
