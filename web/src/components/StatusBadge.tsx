import type { InterviewStatus } from '../protocol/InterviewStatus';
import classes from './StatusBadge.module.css';

const labels: Record<InterviewStatus, string> = {
  scheduled: 'Scheduled',
  live: 'Live',
  ended: 'Ended',
};

export function StatusBadge({ status }: { status: InterviewStatus }) {
  return (
    <span className={classes.badge} data-status={status}>
      {labels[status]}
    </span>
  );
}
