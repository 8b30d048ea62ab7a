//! Counts over an interviewer's interviews and their runs.

use std::collections::{BTreeMap, HashMap};

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::protocol::api::{LanguageCount, LengthCount, Statistics, WeekCount};
use crate::protocol::ids::{InterviewId, UserId};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// The epoch was a Thursday; this is the first Monday after it.
const FIRST_MONDAY_MS: i64 = 4 * DAY_MS;
const WEEKS: i64 = 12;
/// Lower bounds of the lengths that are counted together, in minutes.
const LENGTHS: [u32; 7] = [0, 15, 30, 45, 60, 90, 120];
/// The most interviews that are counted, newest first.
const COUNTED: i64 = 10_000;

/// An interview that took place.
#[derive(FromRow)]
struct Held {
    id: InterviewId,
    started_at: i64,
    ended_at: Option<i64>,
}

/// The runs of one interview in one language.
#[derive(FromRow)]
struct Runs {
    interview_id: InterviewId,
    language: String,
    runs: i64,
    succeeded: i64,
    failed: i64,
}

impl Store {
    /// Counts over the interviews of this owner that took place, as of `now`. A run failed when
    /// the program did: one that was stopped, or that could not run, counts as neither.
    pub async fn statistics(&self, owner: UserId, now: i64) -> Result<Statistics, StoreError> {
        let held: Vec<Held> = sqlx::query_as(
            "SELECT id, started_at, ended_at FROM interviews
             WHERE owner_id = $1 AND started_at IS NOT NULL
             ORDER BY started_at DESC LIMIT $2",
        )
        .bind(owner)
        .bind(COUNTED)
        .fetch_all(&self.pool)
        .await?;
        let runs: Vec<Runs> = sqlx::query_as(
            "SELECT submissions.interview_id, submissions.language, COUNT(*) AS runs,
                    COUNT(CASE WHEN outcome = 'exited' AND exit_code = 0 THEN 1 END) AS succeeded,
                    COUNT(CASE WHEN outcome = 'exited' AND exit_code <> 0 THEN 1
                               WHEN outcome IN ('compileFailed', 'timedOut', 'outOfMemory') THEN 1
                          END) AS failed
             FROM submissions
             WHERE submissions.interview_id IN
                 (SELECT id FROM interviews
                  WHERE owner_id = $1 AND started_at IS NOT NULL
                  ORDER BY started_at DESC LIMIT $2)
             GROUP BY submissions.interview_id, submissions.language",
        )
        .bind(owner)
        .bind(COUNTED)
        .fetch_all(&self.pool)
        .await?;
        Ok(count(&held, &runs, now))
    }
}

fn count(held: &[Held], runs: &[Runs], now: i64) -> Statistics {
    let interviews = small(held.len());
    let total = |field: fn(&Runs) -> i64| runs.iter().map(field).sum::<i64>();
    let all_runs = total(|runs| runs.runs);
    let mut lengths: Vec<i64> = held
        .iter()
        .filter_map(|interview| Some((interview.ended_at? - interview.started_at).max(0)))
        .collect();
    lengths.sort_unstable();
    Statistics {
        interviews,
        live_now: small(held.iter().filter(|held| held.ended_at.is_none()).count()),
        runs: small(all_runs),
        runs_succeeded: small(total(|runs| runs.succeeded)),
        runs_failed: small(total(|runs| runs.failed)),
        median_length_minutes: median(&lengths).map(|ms| ms / MINUTE_MS as f64),
        runs_per_interview: (interviews > 0).then(|| all_runs as f64 / f64::from(interviews)),
        by_week: by_week(held, runs, now),
        by_language: by_language(runs),
        by_length: by_length(&lengths),
    }
}

/// Counts cross the wire as 32 bits.
fn small(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

fn median(sorted: &[i64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper as f64);
    }
    Some((sorted[middle - 1] + upper) as f64 / 2.0)
}

/// The Monday 00:00 UTC at or before this time.
fn week_of(time: i64) -> i64 {
    (time - FIRST_MONDAY_MS).div_euclid(WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS
}

/// Runs count in the week in which their interview began.
fn by_week(held: &[Held], runs: &[Runs], now: i64) -> Vec<WeekCount> {
    let mut weeks: BTreeMap<i64, WeekCount> = (0..WEEKS)
        .map(|ago| week_of(now) - ago * WEEK_MS)
        .map(|week| {
            let empty = WeekCount {
                week,
                interviews: 0,
                runs_succeeded: 0,
                runs_failed: 0,
            };
            (week, empty)
        })
        .collect();
    let mut week_of_interview = HashMap::new();
    for interview in held {
        let week = week_of(interview.started_at);
        week_of_interview.insert(interview.id, week);
        if let Some(count) = weeks.get_mut(&week) {
            count.interviews += 1;
        }
    }
    for runs in runs {
        let week = week_of_interview.get(&runs.interview_id);
        if let Some(count) = week.and_then(|week| weeks.get_mut(week)) {
            count.runs_succeeded += small(runs.succeeded);
            count.runs_failed += small(runs.failed);
        }
    }
    weeks.into_values().collect()
}

/// The most run first.
fn by_language(runs: &[Runs]) -> Vec<LanguageCount> {
    let mut languages: BTreeMap<&str, LanguageCount> = BTreeMap::new();
    for runs in runs {
        let count = languages
            .entry(&runs.language)
            .or_insert_with(|| LanguageCount {
                language: runs.language.clone(),
                interviews: 0,
                runs: 0,
            });
        // There is one row for each interview and language.
        count.interviews += 1;
        count.runs += small(runs.runs);
    }
    let mut languages: Vec<_> = languages.into_values().collect();
    languages.sort_by_key(|count| std::cmp::Reverse(count.runs));
    languages
}

fn by_length(lengths: &[i64]) -> Vec<LengthCount> {
    let above = |minutes: u32| {
        let least = i64::from(minutes) * MINUTE_MS;
        lengths.iter().filter(|length| **length >= least).count()
    };
    LENGTHS
        .iter()
        .enumerate()
        .map(|(index, from)| {
            let longer = LENGTHS.get(index + 1).map_or(0, |next| above(*next));
            LengthCount {
                from_minutes: *from,
                interviews: small(above(*from) - longer),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wednesday 2026-03-11 12:00 UTC and the Monday before it.
    const NOW: i64 = 1_773_230_400_000;
    const MONDAY: i64 = 1_773_014_400_000;

    fn held(started_at: i64, minutes: Option<i64>) -> Held {
        Held {
            id: InterviewId::new(),
            started_at,
            ended_at: minutes.map(|minutes| started_at + minutes * MINUTE_MS),
        }
    }

    fn runs(interview: &Held, language: &str, succeeded: i64, failed: i64, other: i64) -> Runs {
        Runs {
            interview_id: interview.id,
            language: language.to_owned(),
            runs: succeeded + failed + other,
            succeeded,
            failed,
        }
    }

    #[test]
    fn nothing_held_gives_empty_weeks_and_no_averages() {
        let empty = count(&[], &[], NOW);
        assert_eq!((empty.interviews, empty.runs), (0, 0));
        assert_eq!(
            (empty.median_length_minutes, empty.runs_per_interview),
            (None, None)
        );
        let weeks: Vec<_> = empty.by_week.iter().map(|count| count.week).collect();
        assert_eq!(weeks.len(), 12);
        assert_eq!(weeks[11], MONDAY);
        assert!(weeks.windows(2).all(|pair| pair[1] - pair[0] == WEEK_MS));
        assert_eq!(empty.by_length.len(), LENGTHS.len());
    }

    #[test]
    fn weeks_begin_on_monday_at_midnight() {
        assert_eq!(week_of(MONDAY), MONDAY);
        assert_eq!(week_of(MONDAY - 1), MONDAY - WEEK_MS);
        assert_eq!(week_of(MONDAY + WEEK_MS - 1), MONDAY);
        assert_eq!(week_of(0), FIRST_MONDAY_MS - WEEK_MS);
    }

    #[test]
    fn interviews_and_their_runs_count_in_the_week_they_began() {
        let this_week = held(MONDAY, Some(30));
        let last_week = held(MONDAY - 1, Some(30));
        let long_ago = held(MONDAY - 12 * WEEK_MS, Some(30));
        let all_runs = [
            runs(&this_week, "go", 1, 2, 4),
            runs(&this_week, "python", 1, 0, 0),
            runs(&last_week, "go", 5, 0, 0),
            runs(&long_ago, "go", 7, 7, 0),
        ];
        let weeks = count(&[this_week, last_week, long_ago], &all_runs, NOW).by_week;
        let counted =
            |count: &WeekCount| (count.interviews, count.runs_succeeded, count.runs_failed);
        assert_eq!(counted(&weeks[11]), (1, 2, 2));
        assert_eq!(counted(&weeks[10]), (1, 5, 0));
        assert_eq!(counted(&weeks[0]), (0, 0, 0));
    }

    #[test]
    fn languages_count_interviews_once_and_come_most_run_first() {
        let (one, other) = (held(MONDAY, None), held(MONDAY, None));
        let all_runs = [
            runs(&one, "go", 1, 1, 0),
            runs(&one, "python", 3, 0, 0),
            runs(&other, "python", 0, 0, 1),
        ];
        let statistics = count(&[one, other], &all_runs, NOW);
        let languages: Vec<_> = statistics
            .by_language
            .iter()
            .map(|count| (count.language.as_str(), count.interviews, count.runs))
            .collect();
        assert_eq!(languages, [("python", 2, 4), ("go", 1, 2)]);
        assert_eq!(statistics.live_now, 2);
        assert_eq!(statistics.runs_per_interview, Some(3.0));
        assert_eq!((statistics.runs_succeeded, statistics.runs_failed), (4, 1));
    }

    #[test]
    fn lengths_are_of_ended_interviews_with_inclusive_lower_bounds() {
        let all = [
            held(MONDAY, Some(14)),
            held(MONDAY, Some(15)),
            held(MONDAY, Some(500)),
            held(MONDAY, Some(30)),
            held(MONDAY, None),
        ];
        let statistics = count(&all, &[], NOW);
        let lengths: Vec<_> = statistics
            .by_length
            .iter()
            .map(|count| count.interviews)
            .collect();
        assert_eq!(lengths, [1, 1, 1, 0, 0, 0, 1]);
        assert_eq!(statistics.median_length_minutes, Some(22.5));
    }
}
