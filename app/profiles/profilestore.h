#pragma once

#include "app/profiles/profile.h"

namespace Drover {

/// Profiles in `profiles.toml` of a folder, shared by the command line and the console, and their
/// tokens in `tokens/NAME` (0600). Small files, read and written whole; any thread, one at a time.
class ProfileStore
{
public:
    /// `folder` is made when something is first written (0700).
    explicit ProfileStore(QString folder = defaultFolder());

    /// $XDG_CONFIG_HOME/drover.
    static QString defaultFolder();

    const QString &folder() const { return m_folder; }

    /// All of them by name; none where there is no file. Invalid names file, line and field.
    Result<QList<Profile>> profiles() const;
    /// The one of that name, or the default one where the name is empty. NotFound says what to do.
    Result<Profile> profile(const QString &name) const;
    /// Empty where there is none.
    Result<QString> defaultName() const;

    /// Adds it or takes the place of the one of its name; the first becomes the default.
    Result<void> save(const Profile &profile, const QString &token);
    /// The same without a token: one that is there stays.
    Result<void> save(const Profile &profile);
    Result<void> setDefault(const QString &name);
    /// With its token. NotFound where there is none.
    Result<void> remove(const QString &name);

    /// NotSignedIn where there is none; NotPermitted where others could read it.
    Result<QString> token(const QString &name) const;

    /// Empty when it will do: letters, digits, `.`, `_`, `-`; 1 to 60 of them.
    static QString nameProblem(const QString &name);

private:
    struct Content
    {
        QString defaultName;
        QList<Profile> profiles;
    };

    QString file() const;
    QString tokenFile(const QString &name) const;
    Result<Content> read() const;
    Result<void> write(const Content &content) const;

    QString m_folder;
};

} // namespace Drover
