//! `Expect: 100-continue` (RFC 9110 section 10.1.1): whoever sends it waits with the body until it
//! is asked for.
//!
//! The library says `100 Continue` before the app has seen the request. Here it is said when the
//! app asks for the first of the body: what the head alone decides is the one answer, and the body
//! is never sent. So the app is begun while the library still asks what is to be said, and parked
//! while it says it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::error::PayloadError;
use actix_http::{HttpMessage as _, Payload, Request, Response};
use actix_service::{Service, ServiceFactory, fn_factory};
use actix_web::body::BoxBody;
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::future::{Either, LocalBoxFuture};

/// The app of one thread, once it is there, for both of those who call it.
pub(super) struct SharedApp<A>(Rc<RefCell<Option<Rc<A>>>>);

impl<A> Clone for SharedApp<A> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<A> SharedApp<A> {
    pub(super) fn new() -> Self {
        Self(Rc::default())
    }
}

/// An app that waits for the first of a body.
struct Parked<F>(Pin<Box<F>>);

/// What calls the app.
pub(super) struct AppDoor<A> {
    app: Rc<A>,
}

/// The app behind its door.
pub(super) fn door<F, A>(
    app: F,
    shared: SharedApp<A>,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = A::Response,
    Error = A::Error,
    InitError = F::InitError,
    Service = AppDoor<A>,
>
where
    F: ServiceFactory<Request, Config = (), Service = A, Response = A::Response, Error = A::Error>,
    F::Future: 'static,
    F::InitError: 'static,
    A: Service<Request> + 'static,
    A::Future: 'static,
{
    fn_factory(move || {
        let (made, shared) = (app.new_service(()), shared.clone());
        async move {
            let app = Rc::new(made.await?);
            *shared.0.borrow_mut() = Some(Rc::clone(&app));
            Ok(AppDoor { app })
        }
    })
}

impl<A> Service<Request> for AppDoor<A>
where
    A: Service<Request>,
    A::Future: 'static,
{
    type Response = A::Response;
    type Error = A::Error;
    type Future = Either<A::Future, Pin<Box<A::Future>>>;

    actix_service::forward_ready!(app);

    fn call(&self, request: Request) -> Self::Future {
        let parked = request.extensions_mut().remove::<Parked<A::Future>>();
        match parked {
            Some(Parked(answer)) => Either::Right(answer),
            None => Either::Left(self.app.call(request)),
        }
    }
}

/// What the library asks before it says `100 Continue`.
pub(super) struct Head<A>(SharedApp<A>);

impl<A> Head<A> {
    pub(super) fn of(shared: SharedApp<A>) -> Self {
        Self(shared)
    }
}

impl<A> Clone for Head<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A> ServiceFactory<Request> for Head<A>
where
    A: Service<Request, Response = Response<BoxBody>, Error = Response<BoxBody>> + 'static,
    A::Future: 'static,
{
    type Response = Request;
    type Error = Response<BoxBody>;
    type Config = ();
    type Service = Self;
    type InitError = ();
    type Future = std::future::Ready<Result<Self, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        std::future::ready(Ok(self.clone()))
    }
}

impl<A> Service<Request> for Head<A>
where
    A: Service<Request, Response = Response<BoxBody>, Error = Response<BoxBody>> + 'static,
    A::Future: 'static,
{
    type Response = Request;
    type Error = Response<BoxBody>;
    type Future = LocalBoxFuture<'static, Result<Request, Response<BoxBody>>>;

    actix_service::always_ready!();

    fn call(&self, mut request: Request) -> Self::Future {
        let app = self.0.0.borrow().clone();
        let app = app.expect("the app is there before the first request is");
        let asked = Rc::new(Cell::new(false));
        // Where there is no body nobody asks for one.
        let payload = request.take_payload();
        if !matches!(payload, Payload::None) {
            let payload = Box::pin(Gate {
                payload,
                asked: Rc::clone(&asked),
            });
            *request.payload() = Payload::Stream { payload };
        }
        let mut answer = Some(Box::pin(app.call(request)));
        Box::pin(poll_fn(move |context| {
            let begun = answer.as_mut().expect("it is not asked again");
            match begun.as_mut().poll(context) {
                Poll::Ready(Ok(answer) | Err(answer)) => Poll::Ready(Err(answer)),
                Poll::Pending if asked.get() => {
                    let request = Request::new();
                    let parked = answer.take().map(Parked);
                    request
                        .extensions_mut()
                        .insert(parked.expect("it was there a moment ago"));
                    Poll::Ready(Ok(request))
                }
                Poll::Pending => Poll::Pending,
            }
        }))
    }
}

/// A body that is not there before it is asked for.
struct Gate {
    payload: Payload,
    asked: Rc<Cell<bool>>,
}

impl Stream for Gate {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if !this.asked.replace(true) {
            // `100 Continue` goes out, and then it is asked for again.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Pin::new(&mut this.payload).poll_next(context)
    }
}
