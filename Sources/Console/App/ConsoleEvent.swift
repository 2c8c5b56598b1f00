import Model

/// Everything that can happen to a console.
enum ConsoleEvent: Sendable {
    case key(Key)
    case paste(String)
    /// A whole line, of a console that has no screen: a command, or the answer to what is asked.
    case line(String)
    /// The wheel was turned, down by so many rows.
    case wheel(Int)
    case click(Hit.Target)
    case resize(Size)
    case view(GateView)
    case counters(GateCounters)
    case records(RecordBatch)
    case link(Link)
    /// The terminal takes long to take what is drawn.
    case slow(Bool)
    case reply(Int, Result<Reply, OperatorError>)
    /// Files of settings were read anew: themes, keys.
    case settings(SettingsNews)
    /// Something was written, or could not be.
    case written(Result<String, OperatorError>)
    /// The console's clock, in milliseconds; it only grows.
    case tick(Int64)
}

/// Where the gate is.
enum Link: Hashable, Sendable {
    case connecting
    case live
    /// Not to be reached, with what was said last; it is tried again.
    case gone(String)
}

/// What a gate is asked.
enum Request: Hashable, Sendable {
    case change(MutualAuthenticationChange)
    case changes(limit: Int)
    case keep(change: Int64)
    case undo(change: Int64)
    /// One after the other; the first that fails is the last.
    case targets([TargetOverride])
    case trustStore(TrustStoreChange)
    case preview(TrustStoreChange)
    case revisions(trustStore: String)
    case revocations(RevocationQuery)
    case requests(RequestQuery)
    /// What a connection's client presented, and how it was judged.
    case explain(record: String)
    /// What is in a directory of the console's machine.
    case files(directory: String)
    /// One of its files, of so many bytes at most.
    case file(String, limit: Int)
    case clients(ClientQuery)
    case rehearse(MutualAuthenticationChange)
}

enum Reply: Sendable {
    case receipt(ChangeReceipt)
    case changes([ChangeRecord])
    case clients(ClientList)
    case rehearsal([RehearsalReport])
    case preview(TrustStorePreview)
    case revisions([TrustStoreRevision])
    case revocations(RevocationAnswer)
    case requests(RequestPage)
    case explanation(Explanation)
    case files(FileListing)
    case file(FileContents)
}

/// A request without an answer, with what is said when it comes.
enum Pending: Hashable, Sendable {
    case mode(ModeDialogue)
    case confirm(ConfirmDialogue)
    case preview
    /// Of a change of a trust store, for its dialogue.
    case storePreview
    /// The same for somebody who only wants to know.
    case whatIf(TrustStoreChange)
    case revisions(trustStore: String)
    case revocations(RevocationQuery)
    case requests
    case files
    case file(FilePicker.Purpose, store: String)
    case sentAuthority(store: String)
    case sentChain(path: String?)
    case changes
    case clients
    case expiring
}

/// What came of reading a file of settings again.
enum SettingsNews: Sendable {
    case theme(String)
    case keys(KeyMap)
    /// What was in force stays.
    case refused(OperatorError)
}

/// What the world is asked to do; the machine itself does nothing.
enum Effect: Hashable, Sendable {
    case request(Int, Request)
    case repaint
    case suspend
    case end(ConsoleEnd)
    /// Keys pressed before a dialogue was on the screen were not meant for it.
    case discardInput
    /// Into the clipboard of the terminal.
    case copy(String)
    /// Into a new file; nil for a name of our own with this ending.
    case write(path: String?, stem: String, ending: String, text: String)
    /// The screen as it is, as text and as a picture.
    case screenshot(path: String?)
    case theme(String)
    case save(SavedState)
}
