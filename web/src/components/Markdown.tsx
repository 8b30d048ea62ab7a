import { Typography } from '@mantine/core';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import classes from './Markdown.module.css';

/** Markdown as people read it. HTML inside it stays text. */
export default function Markdown({ source }: { source: string }) {
  return (
    <Typography className={classes.text}>
      <ReactMarkdown remarkPlugins={[remarkGfm]}>{source}</ReactMarkdown>
    </Typography>
  );
}
