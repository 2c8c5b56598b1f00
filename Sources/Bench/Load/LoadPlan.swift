import ArgumentParser

/// What one run of the load generator does.
struct LoadPlan: Hashable {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        /// An operation is: connect, handshake in full, one GET, close.
        case handshakes
        /// The same with what an earlier connection left to resume with.
        case resumptions
        /// An operation is a GET on a connection that stays.
        case requests
        /// Connections with one GET each, held until the program is told to end.
        case idle
    }

    enum Transport: String, CaseIterable, ExpressibleByArgument {
        case tls13
        case tls12
        /// HTTP without TLS, such as through a TCP listener.
        case plain
    }

    enum Version: String, CaseIterable, ExpressibleByArgument {
        case http1
        case http2
    }

    var kind = Kind.requests
    /// On 127.0.0.1.
    var port: UInt16
    /// Ports in a row that connections take turns on.
    var portCount: UInt16 = 1
    var transport = Transport.tls13
    var version = Version.http1
    var path = "/bytes/1024"
    /// What a response's body must have, else the operation is an error.
    var bodyBytes = 1_024
    /// Shows the certificate that workers judge every time.
    var isUnknown = false
    /// At once.
    var connections = 32
    /// Requests at once on a connection; 1 but for HTTP/2.
    var streams = 1
    /// Operations in this time after every connection is up are not counted.
    var warmupSeconds = 0.5
    var seconds = 3.0
    /// Ends the run before its time.
    var operations = Int.max
    /// Programs whose processor time is measured with the run.
    var processes: [Int32] = []
}
