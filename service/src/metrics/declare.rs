//! Makes metrics, enters them in the registry, and keeps the table of what was made.

use std::cell::RefCell;

use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

use super::process::Process;
use vocabulary::task_id::Alias;

/// The label that says which back end, by its alias.
pub(super) const BACKEND: &str = "backend";

/// What kind of metric it is, as Prometheus calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets: `_bucket`, `_sum` and `_count`.
    Histogram,
}

impl MetricKind {
    /// As Prometheus writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric, whether or not it has a value yet.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: MetricKind,
    /// What Prometheus shows about it.
    pub help: String,
    /// Names of its labels.
    pub labels: Vec<String>,
}

/// Makes and registers metrics.
pub struct Declare<'a> {
    registry: &'a Registry,
    backend: Option<&'a Alias>,
    declared: RefCell<Vec<Declared>>,
}

impl<'a> Declare<'a> {
    /// With a back end, everything that is made carries its alias.
    pub(super) fn into(registry: &'a Registry, backend: Option<&'a Alias>) -> Self {
        Self {
            registry,
            backend,
            declared: RefCell::default(),
        }
    }

    /// The table of all.
    pub(super) fn done(self) -> Vec<Declared> {
        self.declared.into_inner()
    }

    pub(crate) fn counters(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        let it = IntCounterVec::new(self.options(name, help), labels).expect("a valid name");
        self.enter(MetricKind::Counter, it)
    }

    pub(crate) fn counter(&self, name: &str, help: &str) -> IntCounter {
        let it = IntCounter::with_opts(self.options(name, help)).expect("a valid name");
        self.enter(MetricKind::Counter, it)
    }

    pub(crate) fn histograms(
        &self,
        name: &str,
        help: &str,
        buckets: &[f64],
        labels: &[&str],
    ) -> HistogramVec {
        let options = HistogramOpts::from(self.options(name, help)).buckets(buckets.to_vec());
        let it = HistogramVec::new(options, labels).expect("a valid name");
        self.enter(MetricKind::Histogram, it)
    }

    pub(crate) fn gauge(&self, name: &str, help: &str) -> IntGauge {
        let it = IntGauge::with_opts(self.options(name, help)).expect("a valid name");
        self.enter(MetricKind::Gauge, it)
    }

    pub(crate) fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        let it = IntGaugeVec::new(self.options(name, help), labels).expect("a valid name");
        self.enter(MetricKind::Gauge, it)
    }

    /// What every program tells about itself.
    pub(super) fn process(&self) {
        let process = Process::new();
        self.note(MetricKind::Counter, process.counters());
        self.note(MetricKind::Gauge, process.gauges());
        self.registry
            .register(Box::new(process))
            .expect("each name once");
    }

    fn options(&self, name: &str, help: &str) -> Opts {
        let options = Opts::new(name, help);
        match self.backend {
            Some(alias) => options.const_label(BACKEND, alias.as_str()),
            None => options,
        }
    }

    fn enter<C: Collector + Clone + 'static>(&self, kind: MetricKind, it: C) -> C {
        self.note(kind, it.desc());
        self.registry
            .register(Box::new(it.clone()))
            .expect("each name once");
        it
    }

    fn note(&self, kind: MetricKind, descriptions: Vec<&prometheus::core::Desc>) {
        let more = descriptions.into_iter().map(|it| Declared {
            name: it.fq_name.clone(),
            kind,
            help: it.help.clone(),
            labels: constant(it)
                .chain(it.variable_labels.iter().cloned())
                .collect(),
        });
        self.declared.borrow_mut().extend(more);
    }
}

/// Names of the labels that have one value in all of its series.
fn constant(of: &prometheus::core::Desc) -> impl Iterator<Item = String> {
    of.const_label_pairs.iter().map(|it| it.name().to_owned())
}
