//! Wiring and nothing else: settings in, a running gateway out.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use tokio::sync::oneshot;

use crate::admission::Admission;
use crate::auth::{self, Verifier};
use crate::authority::{Authority, ProtectedFiles, Protection, Reach};
use crate::backends::kata::server::{KataParts, KataServer};
use crate::backends::kata::settings::KataSetupError;
use crate::backends::ksc::server::{KscParts, KscServer};
use crate::backends::ksc::settings;
use crate::backends::seam::Witness;
use crate::backends::{AnyBackend, Backends};
use crate::clock::Clock;
use crate::config::{BackendSettings, Settings};
use crate::directory::Directory;
use crate::doors::admin;
use crate::doors::edge::access_log::access_log;
use crate::doors::edge::cors::cors;
use crate::doors::edge::goodbye::say_goodbye;
use crate::doors::edge::head::answer_head;
use crate::doors::edge::measure::measure;
use crate::doors::edge::path::tidy_path;
use crate::doors::edge::request_id::request_id;
use crate::doors::edge::upgrade::refuse_upgrade;
use crate::doors::listener::tls::{Tls, TlsError};
use crate::doors::listener::{self, Grant, Strangers};
use crate::doors::rest::addresses::Addresses;
use crate::doors::rest::contract::Contract;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::document;
use crate::doors::rest::documents::Documents;
use crate::doors::rest::operations;
use crate::ending::Ending;
use crate::follow::{Follow, FollowParts};
use crate::intake::{self, Intake, IntakeParts};
use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::register::AskerRegister;
use crate::store::Store;
use crate::telemetry::export::{self, Recording};

/// A gateway whose listeners are bound.
pub struct Gateway {
    api: Server,
    admin: Server,
    addr: SocketAddr,
    admin_addr: SocketAddr,
    drain_delay: Duration,
    grace: Duration,
    parts: Parts,
}

/// What the listeners serve with, and what is ended with them.
#[derive(Clone)]
struct Parts {
    backends: Backends,
    ending: Ending,
    intake: Arc<Intake>,
    follow: Arc<Follow>,
    shared: Option<Arc<Store>>,
    exporter: Option<Arc<otlp::Exporter>>,
    desk: web::Data<Desk>,
    documents: web::Data<Documents>,
    verifier: web::Data<Verifier>,
    admission: web::Data<Admission>,
    metrics: web::Data<Metrics>,
    readiness: web::Data<Readiness>,
    recording: web::Data<Recording>,
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener's address cannot be had.
    #[error("cannot listen on {address} ({key})")]
    Listen {
        /// The setting.
        key: &'static str,
        /// Its value.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Tokens cannot be checked.
    #[error("tokens cannot be checked")]
    Auth(#[from] auth::SetupError),
    /// The API listener cannot speak TLS.
    #[error("the API listener cannot speak TLS")]
    Tls(#[from] TlsError),
    /// KSC cannot be asked at all.
    #[error(transparent)]
    Ksc(#[from] settings::KscSetupError),
    /// KATA cannot be asked at all.
    #[error(transparent)]
    Kata(#[from] KataSetupError),
    /// Traces cannot be sent.
    #[error("traces cannot be sent (telemetry)")]
    Traces(#[from] otlp::SetupError),
}

impl Gateway {
    /// Binds the listeners and prepares everything; nothing is served and KSC is not asked yet.
    /// Must be called on the runtime that KSC calls shall run on.
    ///
    /// # Errors
    /// When an address is taken or a file of the settings cannot be used.
    pub async fn bind(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let api = listen("server.listen", settings.server.listen)?;
        let admin = listen("server.admin_listen", settings.server.admin_listen)?;
        let addr = api.local_addr().unwrap_or(settings.server.listen);
        let admin_addr = admin.local_addr().unwrap_or(settings.server.admin_listen);
        let drain_delay = settings.server.drain_delay;
        let grace = settings.server.shutdown_grace;
        let grant = Grant {
            keep_alive: settings.server.keep_alive,
            stall: settings.server.request_timeout,
            workers: None,
            connections: Grant::most_connections(),
            largest_body: settings.server.max_body_bytes,
            strangers: Strangers::LetGo,
            shutdown: grace,
        };
        let tls = settings.server.tls.clone().map(Tls::new).transpose()?;
        let parts = Parts::new(settings, clock).await?;
        let taken = |key, address| {
            move |source| StartError::Listen {
                key,
                address,
                source,
            }
        };
        Ok(Self {
            api: serve_api(api, &parts, grant, tls.map(Arc::new))
                .map_err(taken("server.listen", addr))?,
            admin: serve_admin(admin, &parts).map_err(taken("server.admin_listen", admin_addr))?,
            addr,
            admin_addr,
            drain_delay,
            grace,
            parts,
        })
    }

    /// Address of the API listener.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Address of metrics and health.
    #[must_use]
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin_addr
    }

    /// Serves until `shutdown` resolves. From then on it is not ready, and after the drain delay it
    /// stops accepting, finishes what is in flight within the grace period, and ends the KSC
    /// sessions.
    ///
    /// # Errors
    /// When a listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let Self {
            api,
            admin,
            drain_delay,
            grace,
            parts,
            ..
        } = self;
        let (api_handle, admin_handle) = (api.handle(), admin.handle());
        let (stop, stopped) = oneshot::channel::<()>();
        let backends = parts.backends.clone();
        let upkeep = tokio::spawn(async move {
            let stopped = async {
                let _either_way = stopped.await;
            };
            backends.keep_up(stopped).await;
        });
        let mut api = tokio::spawn(api);
        let admin = tokio::spawn(admin);
        tokio::select! {
            () = shutdown => {}
            failed = &mut api => return failed.unwrap_or_else(|error| Err(io::Error::other(error))),
        }

        parts.readiness.drain();
        if !drain_delay.is_zero() {
            tracing::info!(
                delay_seconds = drain_delay.as_secs(),
                "told to stop: not ready any more, and serving until nobody should ask"
            );
            tokio::select! {
                () = tokio::time::sleep(drain_delay) => {}
                failed = &mut api => return failed.unwrap_or_else(|error| Err(io::Error::other(error))),
            }
        }
        tracing::info!("shutting down: no new requests; those in flight are finished");
        // The last part is for answering what is still open, and for ending the KSC sessions.
        let last = (grace / 4).min(Duration::from_secs(3));
        let end = Instant::now() + grace.saturating_sub(last);
        let until = end + last;
        parts.ending.close(end);
        parts.intake.close();
        // A request that still comes over an open connection is told that this replica goes.
        let _late = tokio::time::timeout_at(until.into(), api_handle.stop(true)).await;
        parts.intake.finish(end).await;
        parts.follow.finish(until).await;
        parts.backends.finish(end, until).await;
        let tell = async {
            if let Some(shared) = &parts.shared {
                shared.finish(until).await;
            }
        };
        let leave = async {
            drop(stop);
            let _ended = upkeep.await;
            let _late = tokio::time::timeout_at(until.into(), parts.backends.leave()).await;
        };
        // A store that is away is told nothing until the very end, and must not take the time that
        // KSC has.
        tokio::join!(tell, leave);
        if let Some(exporter) = &parts.exporter {
            exporter.finish(until).await;
        }
        // Health and metrics are answered until the very end.
        admin_handle.stop(false).await;
        let _ended = tokio::join!(api, admin);
        tracing::info!("stopped");
        Ok(())
    }
}

/// Tells each Central Node who hears devices.
fn introduce(all: &[AnyBackend]) {
    let hears = |it: &AnyBackend| match it {
        AnyBackend::Ksc(ksc) => Some(Arc::clone(ksc) as Arc<dyn Witness>),
        AnyBackend::Kata(_) => None,
    };
    for one in all {
        if let AnyBackend::Kata(kata) = one {
            kata.hear(all.iter().filter_map(hears).collect());
        }
    }
}

impl Parts {
    async fn new(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let Settings {
            server,
            auth,
            backends: servers,
            routing,
            tasks,
            idempotency,
            limits,
            telemetry,
        } = settings;
        let metrics = Arc::new(Metrics::new());
        let exporter = export::start(&telemetry, Arc::clone(&metrics) as Arc<dyn otlp::Counter>)?;
        let recording = export::recording(exporter.as_ref());
        let document = document::served(server.public_url.as_ref(), &auth.issuers);
        let verifier = Verifier::new(&auth).await?;
        let timeout = server.request_timeout;
        let longest_call = servers.values().map(BackendSettings::longest_call).max();
        let times = intake::times(timeout, longest_call.unwrap_or_default());
        let shared = Store::of(&idempotency, times, &clock, &metrics);
        let admission = Admission::new(
            &limits,
            server.max_body_bytes,
            shared.as_ref().map(|it| Arc::clone(&it.0)),
            Arc::clone(&metrics),
        );
        let protection = Arc::new(Protection::new(&tasks.protected_hosts));
        let authority = Arc::new(Authority::new(
            Arc::clone(&protection),
            ProtectedFiles::new(&tasks.protected_hashes),
            Reach::of(servers.keys().cloned().collect()),
        ));
        let ending = Ending::new();
        let mut all = Vec::new();
        for (alias, settings) in servers {
            all.push(match settings {
                BackendSettings::Ksc(settings) => {
                    AnyBackend::Ksc(Arc::new(KscServer::new(KscParts {
                        alias,
                        settings: *settings,
                        request_timeout: timeout,
                        protection: Arc::clone(&protection),
                        authority: Arc::clone(&authority),
                        shared: shared.as_ref().map(|it| Arc::clone(&it.0)),
                        recorder: recording.0.clone(),
                        clock: clock.clone(),
                        metrics: Arc::clone(&metrics),
                        ending: ending.clone(),
                    })?))
                }
                BackendSettings::Kata(settings) => {
                    AnyBackend::Kata(Arc::new(KataServer::new(KataParts {
                        alias,
                        settings: *settings,
                        protection: Arc::clone(&protection),
                        authority: Arc::clone(&authority),
                        shared: shared.as_ref().map(|it| Arc::clone(&it.0)),
                        recorder: recording.0.clone(),
                        clock: clock.clone(),
                        metrics: Arc::clone(&metrics),
                    })?))
                }
            });
        }
        introduce(&all);
        let backends = Backends::of(all, routing);
        let directory = Directory::new(backends.clone(), timeout);
        let own = shared.as_ref().map(|it| Arc::clone(&it.0));
        let register = Arc::new(AskerRegister::new(own, clock.clone()));
        let follow = Follow::new(FollowParts {
            backends: backends.clone(),
            register: Arc::clone(&register),
            limits,
            request_timeout: timeout,
            clock: clock.clone(),
            metrics: Arc::clone(&metrics),
            ending: ending.clone(),
        });
        let intake = Intake::new(IntakeParts {
            backends: backends.clone(),
            authority: Arc::clone(&authority),
            register,
            shared: shared.clone(),
            ttl: idempotency.ttl,
            request_timeout: timeout,
            clock: clock.clone(),
            metrics: Arc::clone(&metrics),
            ending: ending.clone(),
        });
        let (intake, follow) = (Arc::new(intake), Arc::new(follow));
        let (admission, readiness) = (Arc::new(admission), Readiness::new(backends.clone()));
        let desk = Desk {
            authority,
            intake: Arc::clone(&intake),
            follow: Arc::clone(&follow),
            directory: Arc::new(directory),
            admission: Arc::clone(&admission),
            contract: Arc::new(Contract::compile(&document)),
            addresses: Addresses::of(&document),
            metrics: Arc::clone(&metrics),
            server,
            clock,
        };
        Ok(Self {
            backends,
            ending,
            intake,
            follow,
            shared: shared.map(|it| it.0),
            exporter,
            desk: web::Data::new(desk),
            documents: web::Data::new(Documents::of(&document)),
            verifier: web::Data::new(verifier),
            admission: web::Data::from(admission),
            metrics: web::Data::from(metrics),
            readiness: web::Data::new(readiness),
            recording: web::Data::new(recording),
        })
    }
}

fn listen(key: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|source| StartError::Listen {
        key,
        address,
        source,
    })
}

fn serve_api(
    socket: TcpListener,
    parts: &Parts,
    grant: Grant,
    tls: Option<Arc<Tls>>,
) -> io::Result<Server> {
    let parts = parts.clone();
    let app = move || {
        App::new()
            .app_data(parts.desk.clone())
            .app_data(parts.documents.clone())
            .app_data(parts.verifier.clone())
            .app_data(parts.admission.clone())
            .app_data(parts.metrics.clone())
            .app_data(parts.readiness.clone())
            .app_data(parts.recording.clone())
            // The last one wrapped is the first one passed.
            .wrap(cors(&parts.desk.server.cors_origins))
            .wrap(from_fn(refuse_upgrade))
            .wrap(from_fn(measure))
            .wrap(from_fn(access_log))
            .wrap(from_fn(request_id))
            .wrap(from_fn(say_goodbye))
            .wrap(from_fn(answer_head))
            .wrap(from_fn(tidy_path))
            .wrap(from_fn(listener::beat))
            .configure(operations::api)
            .configure(|it| operations::public(it, &parts.desk.server))
    };
    listener::serve(socket, app, grant, tls)
}

fn serve_admin(socket: TcpListener, parts: &Parts) -> io::Result<Server> {
    let parts = parts.clone();
    let app = move || {
        App::new()
            .app_data(parts.metrics.clone())
            .app_data(parts.readiness.clone())
            .app_data(web::Data::new(parts.backends.clone()))
            .app_data(parts.verifier.clone())
            .wrap(from_fn(answer_head))
            .wrap(from_fn(listener::beat))
            .configure(admin::routes)
    };
    let grant = Grant {
        // Prometheus and the kubelet come every few seconds, and nobody else does.
        keep_alive: Duration::from_secs(15),
        stall: Duration::from_secs(10),
        workers: Some(1),
        connections: 128,
        // Nobody sends any here.
        largest_body: 0,
        strangers: Strangers::Keep,
        shutdown: Duration::from_secs(1),
    };
    listener::serve(socket, app, grant, None)
}
