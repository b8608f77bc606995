//! `Router`: by method, then by the longest prefix of the path.
//!
//! Quirk prefix-routes: prefixes are of letters, not of path segments. `/jsonrpcfoo` is served by
//! `/jsonrpc`, and what nothing else claims goes to `/`.

use hyper::Method;

#[derive(Clone, Debug)]
pub struct Router<T> {
    methods: Vec<(Method, Vec<(String, T)>)>,
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a, T> {
    Found(&'a T),
    /// The method has routes, but none for this path: 403.
    NoPath,
    /// Nothing serves this method: 501.
    NoMethod,
}

impl<T> Default for Router<T> {
    fn default() -> Router<T> {
        Router { methods: Vec::new() }
    }
}

impl<T> Router<T> {
    /// Add a route; one that was there for the same method and prefix is replaced.
    pub fn add(&mut self, method: Method, prefix: impl Into<String>, target: T) {
        let prefix = prefix.into();
        let at = self.methods.iter().position(|(known, _)| *known == method).unwrap_or_else(|| {
            self.methods.push((method, Vec::new()));
            self.methods.len() - 1
        });
        let routes = &mut self.methods[at].1;
        routes.retain(|(known, _)| *known != prefix);
        let place = routes.partition_point(|(known, _)| known.len() >= prefix.len());
        routes.insert(place, (prefix, target));
    }

    pub fn find(&self, method: &Method, path: &str) -> Route<'_, T> {
        let Some((_, routes)) = self.methods.iter().find(|(known, _)| known == method) else {
            return Route::NoMethod;
        };
        match routes.iter().find(|(prefix, _)| path.starts_with(prefix.as_str())) {
            Some((_, target)) => Route::Found(target),
            None => Route::NoPath,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins() {
        let mut router = Router::default();
        for (method, prefix) in [
            (Method::POST, "/"),
            (Method::POST, "/json"),
            (Method::POST, "/jsonrpc"),
            (Method::POST, "/RPC2"),
            (Method::PUT, "/import"),
            (Method::PUT, "/import_raw_vdi"),
        ] {
            router.add(method, prefix, prefix);
        }
        let found = |method, path| router.find(&method, path);
        assert_eq!(found(Method::POST, "/jsonrpc"), Route::Found(&"/jsonrpc"));
        assert_eq!(found(Method::POST, "/jsonrpcfoo/x"), Route::Found(&"/jsonrpc"));
        assert_eq!(found(Method::POST, "/jsonr"), Route::Found(&"/json"));
        assert_eq!(found(Method::POST, "/JSON"), Route::Found(&"/"));
        assert_eq!(found(Method::PUT, "/import_raw"), Route::Found(&"/import"));
        assert_eq!(found(Method::PUT, "/import_raw_vdi/"), Route::Found(&"/import_raw_vdi"));
        assert_eq!(found(Method::PUT, "/"), Route::NoPath);
        assert_eq!(found(Method::DELETE, "/"), Route::NoMethod);
    }

    #[test]
    fn a_route_can_be_replaced() {
        let mut router = Router::default();
        router.add(Method::GET, "/", 1);
        router.add(Method::GET, "/", 2);
        assert_eq!(router.find(&Method::GET, "/x"), Route::Found(&2));
    }
}
