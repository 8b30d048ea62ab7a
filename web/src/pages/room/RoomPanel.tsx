import type { ReactNode } from 'react';
import classes from './RoomLayout.module.css';

interface Props {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** One part of the room, with its name. */
export function RoomPanel({ title, actions, children }: Props) {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.panelHeader}>
        <h2 className={classes.panelTitle}>{title}</h2>
        {actions}
      </div>
      <div className={classes.panelBody}>{children}</div>
    </section>
  );
}
