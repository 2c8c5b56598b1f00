import Model
import TLS

/// How the client of a connection stands with the policy that holds now.
enum Standing: Equatable {
    /// Nothing has happened since it was judged that could change it; also where nobody is judged.
    case passed
    /// It begins nothing, and no byte of its tunnel or relay moves, until it has been judged again.
    case doubtful(CutCause)
    /// It has not passed: what it had in hand is finished, and its connection ends.
    case failed
}

/// A client's connection as judgement sees it, whatever it carries.
protocol JudgedConnection: AnyObject {
    var token: PollToken { get }
    var listener: WorkerListener { get }
    var tls: ServerConnection? { get }
    var policyGeneration: UInt64 { get set }
    var isVerified: Bool { get }
    var isOpen: Bool { get }
    var standing: Standing { get set }
}

extension ClientConnection: JudgedConnection {}
extension RelayConnection: JudgedConnection {}
